import { Command } from 'commander';
import { openReplayer, readHistories, type ReplayOutcome } from '../../workers/replay-histories.ts';
import { exportHistories } from '../history-export.ts';
import { onStack } from '../on-stack.ts';
import { answer, exitCodes, tableText } from '../output.ts';

/** `history`: what workflows did, kept; and whether today's code would do the same. */
export function historyCommand(): Command {
  const command = new Command('history').description(
    'what workflows did, kept as files; and whether the code of this checkout still does the same',
  );
  command
    .command('export')
    .description('write the histories of a workflow, or of all of a run, as JSON')
    .argument('<id>', 'id of a workflow, like train/<run>/1, or name of a run')
    .requiredOption('--out <folder>', 'where to')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action(exportNow);
  command
    .command('replay')
    .description('replay histories against the workflows of this checkout; needs no server')
    .argument('<place>', 'a file, or a folder of them; of "temporal workflow show", too')
    .option('--json', 'one JSON document on stdout, nothing else')
    .action(replayNow);
  return command;
}

async function exportNow(
  asked: string,
  { out }: { readonly out: string },
  command: Command,
): Promise<void> {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  const files = await onStack(({ temporal }) => exportHistories(temporal, asked, out));
  answer(json, { schema: 1, folder: out, files }, () =>
    [
      `${files.length} histories in "${out}"`,
      `npm run -s sensequant -- history replay ${out}`,
    ].join('\n'),
  );
}

async function replayNow(place: string, _: object, command: Command): Promise<void> {
  const { json } = command.optsWithGlobals<{ json?: boolean }>();
  const histories = await readHistories(place);
  const replayer = await openReplayer();
  const outcomes: (ReplayOutcome & { readonly name: string })[] = [];
  for (const { name, history } of histories)
    outcomes.push({ name, ...(await replayer.replay(history)) });
  const ok = outcomes.every(({ fault }) => fault === undefined);
  answer(json, { schema: 1, ok, histories: outcomes }, () => outcomesText(outcomes));
  process.exitCode = ok ? exitCodes.done : exitCodes.wrong;
}

function outcomesText(outcomes: readonly (ReplayOutcome & { readonly name: string })[]): string {
  const faulty = outcomes.flatMap(({ name, workflowId, fault }) =>
    fault === undefined
      ? []
      : [
          `${name}: "${workflowId}" does something else at event ${fault.eventId} ` +
            `(${fault.eventType}): ${fault.message}`,
        ],
  );
  const rows = [...Map.groupBy(outcomes, ({ workflowType }) => workflowType)].map(([type, all]) => [
    type,
    all.length,
    all.filter(({ fault }) => fault === undefined).length,
  ]);
  return [
    tableText(['workflow', 'histories', 'replay'], rows),
    ...faulty,
    ...(faulty.length === 0
      ? []
      : ['guard what changed by patched(), or start such runs anew: see docs/decisions/0036']),
  ].join('\n');
}
