import { userInfo } from 'node:os';
import { Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { orchestratorQueue, retrainWorkflowId } from '../../shared/contracts/ids.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { type Temporal } from '../../shared/runtime/stack/client.ts';
import { type DataRoot } from '../../shared/runtime/data-root.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import type { retrain } from '../../workflows/retrain.ts';
import { fillNights, nightsOf, usualSpan } from '../missed-nights.ts';
import { onStack } from '../on-stack.ts';
import { answer } from '../output.ts';
import { applySchedules, ownSchedule, ownSchedules, type OwnSchedule } from '../schedule-client.ts';
import { wantedSchedule } from '../schedule-spec.ts';
import { changesText, nightsText, scheduleRow, schedulesText } from '../schedule-text.ts';
import { dayFrom, spanFrom, type DayOptions } from './day-option.ts';

interface JsonOption {
  readonly json?: boolean;
}

/** `schedule`: the nights that the stack runs by itself. */
export function scheduleCommand(): Command {
  const command = new Command('schedule')
    .description('the nights that the stack runs by itself')
    .addHelpText('after', help);
  const verb = (name: string, description: string): Command =>
    command.command(name).description(description).exitOverride();
  verb('apply', 'make the schedules those of temporal-dev.yaml')
    .option('--dry-run', 'only say what would be done')
    .action(whole(apply));
  verb('list', 'schedules, when they run next, how they ended last').action(whole(list));
  verb('trigger', 'start a night now')
    .argument('<name>')
    .option('--as-of <session>', 'learn up to this session (default: the last closed one)')
    .action(whole(trigger));
  verb('pause', 'let a schedule start nothing until it is resumed')
    .argument('<name>')
    .requiredOption('--why <words>', 'for whoever finds it paused')
    .action(whole(pause));
  verb('resume', 'let a schedule start again').argument('<name>').action(whole(resume));
  verb('missed', 'nights that should have run and did not')
    .argument('<name>')
    .option('--from <day>', 'first day (default: since it was made, two weeks at most)')
    .option('--to <day>', 'last day (default: the last whose time has come)')
    .option('--fill', 'make up for them, one after the other, each as of its own day')
    .action(whole(missed));
  return command;
}

/** Hands an action its options with those of `schedule`: `--json`, wherever on the line it stands. */
function whole(act: (...args: never[]) => Promise<void>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    await act(...([...args.slice(0, -2), command.optsWithGlobals()] as never[]));
  };
}

const help = `
temporal-dev.yaml says under "schedules" what runs when, and under "notifications" who is told. apply
makes the server's schedules those; it removes what it made before and is no longer there, and leaves
alone what others made. Nights run on sessions of the exchange; known holidays are left out, one that
nobody knew ends at once. A night that comes while another runs waits for it; what the stack slept
through is made up for within 18 hours, by missed --fill after that.`;

async function apply({ dryRun, json }: JsonOption & { dryRun?: boolean }): Promise<void> {
  const { calendar } = await readReference();
  const changes = await onStack(({ config, root, temporal }) => {
    const wanted = Object.entries(config.schedules).map(([name, nightly]) =>
      wantedSchedule(name, nightly, root.id, calendar),
    );
    return applySchedules(temporal, root, wanted, dryRun === true);
  });
  answer(json, { schema: 1, applied: dryRun !== true, changes }, () =>
    changesText(changes, dryRun === true),
  );
}

async function list({ json }: JsonOption): Promise<void> {
  await onStack(async ({ root, temporal }) => {
    const own = await ownSchedules(temporal, root);
    const rows = await Promise.all(own.map((one) => scheduleRow(temporal, one)));
    answer(json, { schema: 1, schedules: rows }, () => schedulesText(rows));
  });
}

/** The schedule of a name, or what there is instead. */
async function named(temporal: Temporal, root: DataRoot, name: string): Promise<OwnSchedule> {
  const found = await ownSchedule(temporal, root, name);
  if (found !== undefined) return found;
  const names = (await ownSchedules(temporal, root)).map((one) => one.name);
  throw new InputError(
    names.length === 0
      ? `there is no schedule "${name}", nor any other; make those of temporal-dev.yaml: schedule apply`
      : `there is no schedule "${name}"; there are "${names.join('", "')}"`,
  );
}

async function trigger(
  name: string,
  { asOf, json }: JsonOption & { readonly asOf?: string },
): Promise<void> {
  const { calendar } = await readReference();
  const now = Date.now() as EpochMs;
  const day = asOf === undefined ? calendar.lastClosedSession(now) : dayFrom('--as-of', asOf);
  if (calendar.session(day) === undefined)
    throw new InputError(
      `--as-of "${day}" is no session; the one before is "${calendar.lastSessionBefore(day)}"`,
    );
  await onStack(async ({ root, temporal }) => {
    const { input } = await named(temporal, root, name);
    const workflowId = `${retrainWorkflowId(name)}-${new Date(now).toISOString()}`;
    await temporal.client.workflow.start<typeof retrain>('retrain', {
      workflowId,
      taskQueue: orchestratorQueue,
      args: [{ ...input, asOf: day }],
      staticSummary: `${name} as of ${day}, started by hand`,
      priority: { priorityKey: 2 },
    });
    answer(json, { schema: 1, workflowId, asOf: day }, () => `started ${workflowId}, as of ${day}`);
  });
}

async function pause(name: string, { why, json }: JsonOption & { why: string }): Promise<void> {
  await onStack(async ({ root, temporal }) => {
    const { handle } = await named(temporal, root, name);
    const note = `${userInfo().username}: ${why}`;
    await handle.pause(note);
    answer(json, { schema: 1, schedule: name, paused: true, note }, () => `${name} is paused`);
  });
}

async function resume(name: string, { json }: JsonOption): Promise<void> {
  await onStack(async ({ root, temporal }) => {
    const { handle } = await named(temporal, root, name);
    await handle.unpause(`${userInfo().username} resumed it`);
    answer(json, { schema: 1, schedule: name, paused: false }, () => `${name} runs again`);
  });
}

async function missed(
  name: string,
  { fill, json, ...days }: JsonOption & DayOptions & { readonly fill?: boolean },
): Promise<void> {
  const { calendar } = await readReference();
  await onStack(async ({ root, temporal }) => {
    const own = await named(temporal, root, name);
    const span = { ...usualSpan(own, Date.now()), ...spanFrom(days) };
    const nights = await nightsOf({ temporal, root, calendar }, own, span);
    const open = nights.filter(({ state }) => state === 'missed').map(({ day }) => day);
    if (fill === true) await fillNights(own, open);
    const filled = fill === true ? open : [];
    answer(json, { schema: 1, schedule: name, ...span, nights, filled }, () =>
      nightsText(nights, fill === true),
    );
  });
}
