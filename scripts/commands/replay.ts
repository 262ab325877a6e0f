import { Command, Option } from 'commander';
import { previewReplay, type ReplayPreview } from '../../activities/samples/preview-replay.ts';
import { errorClasses, InputError } from '../../shared/contracts/errors.ts';
import type { ReplayRequest, RunReport } from '../../shared/contracts/run.ts';
import { type Temporal } from '../../shared/runtime/stack/client.ts';
import { type DataRoot } from '../../shared/runtime/data-root.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { attendRun } from '../attend-run.ts';
import { exitCodeOf, followRun, reportText } from '../follow-run.ts';
import { inWorld } from '../in-world.ts';
import { onStack } from '../on-stack.ts';
import { answer, say } from '../output.ts';
import { startReplay } from '../replay-client.ts';
import { replaysFrom, type ReplayOptions } from '../replay-options.ts';
import { replayText } from '../replay-text.ts';
import { runStatus, type StartedRun } from '../run-client.ts';

interface ReplayCommandOptions extends ReplayOptions {
  readonly yes?: boolean;
  readonly planToken?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** A replay that was looked at. */
interface Previewed {
  readonly replay: ReplayRequest;
  readonly preview: ReplayPreview;
}

const byHand = `
Without --yes or --plan-token nothing is started. A replay is a run of its own; the run whose windows
it does again is never altered: matrix and status show what is healed.

By Temporal alone (in its UI: Start Workflow, the same fields):
  temporal workflow start --address <address> --namespace <namespace> --task-queue sensequant \\
    --type trainRun --workflow-id train/<name> --priority-key 4 \\
    --input '{"replay":{"of":"<run>"}}'
"replay" takes also: "windows" ("failed", "unfinished" or a list of windows), "reason" (a class of
errors), "asOf" (a day), "asRecorded" (true), "planToken" (of the preview).`;

/** `replay`: does failed windows of earlier runs again, in a run of its own. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('do windows of an earlier run again: what failed, or what is named; preview first')
    .option('--failed-of <run>', 'the windows of this run that failed')
    .option('--unfinished', 'also those it never began, of a run that was cancelled')
    .option('--windows <list>', 'these of its windows instead, with commas, or @file')
    .option('--of <run>', 'whose the --windows are (default: the newest run)')
    .option('--since <time>', 'what failed in any run since then and is not healed; a replay a run')
    .addOption(new Option('--reason <class>', 'of what failed, this class').choices(errorClasses))
    .option('--as-of <day>', 'read bars up to this day (default: as the run did)')
    .option(
      '--as-recorded',
      'on exactly the segments, actions and versions of its plan; models that exist are fitted ' +
        'again and compared byte for byte',
    )
    .option('--yes', 'start it')
    .option(
      '--plan-token <token>',
      'start it, if it still is what the preview of that token showed',
    )
    .option('--wait', 'stay until it ends and print its report')
    .addHelpText('after', byHand)
    .action(replay);
}

async function replay(options: ReplayCommandOptions): Promise<void> {
  const previewed = await inWorld('replay', async (world) => {
    const all: Previewed[] = [];
    for (const one of await replaysFrom(world, options))
      all.push({ replay: one, preview: await previewReplay(world, one, world.now()) });
    return all;
  });
  const token = tokenOf(previewed);
  const isToStart = options.yes === true || options.planToken !== undefined;
  if (!isToStart) return showOnly(previewed, token, options.json);
  if (options.planToken !== undefined && options.planToken !== token)
    throw new InputError(
      `the inputs changed since plan "${options.planToken.slice(0, 8)}" was looked at: now it is ` +
        `"${token.slice(0, 8)}"; look at the replay again, without --plan-token`,
    );
  await execute(previewed, options);
}

/** Of one replay its plan's; of several, that of all of them. */
function tokenOf(previewed: readonly Previewed[]): string {
  const tokens = previewed.map(({ preview }) => preview.planToken);
  return tokens.length === 1 ? tokens[0] : digestOf(tokens);
}

function showOnly(
  previewed: readonly Previewed[],
  planToken: string,
  json: boolean | undefined,
): void {
  const replays = previewed.map(({ preview }) => preview);
  answer(json, { schema: 1, planToken, replays }, () =>
    [
      ...replays.map(replayText),
      ...(replays.length > 1 ? [`plan token of all ${planToken}`] : []),
      `start it: the same command with --plan-token ${planToken}, or with --yes`,
    ].join('\n\n'),
  );
}

async function execute(
  previewed: readonly Previewed[],
  { wait, json }: ReplayCommandOptions,
): Promise<void> {
  await onStack(async ({ root, temporal }) => {
    for (const { replay: one } of previewed) await checkEnded(temporal, one.of);
    const started: StartedRun[] = [];
    for (const one of previewed)
      started.push(
        await startReplay(temporal, { root, plans: openPlans(root) }, one.replay, one.preview),
      );
    if (started.length === 1) await attend(temporal, root, started[0], { wait, json });
    else await attendAll(temporal, root, started, { wait, json });
  });
}

/** @throws InputError if the run is open: it does its own windows again */
async function checkEnded(temporal: Temporal, runId: string): Promise<void> {
  if ((await runStatus(temporal, runId)) !== 'RUNNING') return;
  throw new InputError(
    `run "${runId}" is open; it does its failed windows again itself by its update "retryFailed", ` +
      'or wait for its end',
  );
}

interface Waiting {
  readonly wait: boolean | undefined;
  readonly json: boolean | undefined;
}

async function attend(
  temporal: Temporal,
  root: DataRoot,
  started: StartedRun,
  options: Waiting,
): Promise<void> {
  await attendRun(started, {
    what: 'replay',
    wait: options.wait,
    json: options.json,
    follow: (runId) => followRun(temporal, root, runId),
    text: reportText,
    exitCode: exitCodeOf,
  });
}

/** Several replays: their reports in one document; the worst of their ends is the command's. */
async function attendAll(
  temporal: Temporal,
  root: DataRoot,
  started: readonly StartedRun[],
  { wait, json }: Waiting,
): Promise<void> {
  for (const { runId } of started) say(`started replay ${runId}`);
  if (wait !== true) return answer(json, { schema: 1, runs: started }, () => followText(started));
  const reports: RunReport[] = [];
  for (const { runId } of started) reports.push(await followRun(temporal, root, runId));
  answer(json, { schema: 1, runs: reports }, () => reports.map(reportText).join('\n\n'));
  process.exitCode = Math.max(...reports.map(exitCodeOf));
}

function followText(started: readonly StartedRun[]): string {
  return started
    .map(({ runId }) => `follow it: npm run -s sensequant -- status ${runId} --watch`)
    .join('\n');
}
