import path from 'node:path';
import { Command } from 'commander';
import { pageRecords } from '../../activities/validation/report-run.ts';
import { stages as allStages } from '../../shared/contracts/outcome.ts';
import type { FailedWindow } from '../../shared/contracts/run.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { openDataRoot, runFolder } from '../../shared/runtime/data-root.ts';
import { openPlans } from '../../shared/runtime/plans.ts';
import { matrixText } from '../matrix-text.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';

/** `matrix`: every window of a run and what became of it. Reads files, needs no server. */
export function matrixCommand(): Command {
  return new Command('matrix')
    .description('every window of a run and what became of it')
    .argument('[runId]', 'name of the run (default: the newest)')
    .action(async (runId: string | undefined, { json }: { json?: boolean }) => {
      const { dataRoot } = await readConfig();
      const root = await openDataRoot(dataRoot);
      const meant = runId ?? (await newestPlannedRun(root));
      const plan = await openPlans(root).read(meant);
      const records = await pageRecords(path.join(runFolder(root, meant), 'outcomes'));
      const done = Map.groupBy(
        records.flatMap((page) => page.done),
        ([window]) => window,
      );
      const failed = new Map<string, FailedWindow>(
        records.flatMap((page) => page.failed.map((entry) => [entry.window, entry])),
      );

      const windows = plan.windows.map(({ window, symbol, from, to, decision, reason, detail }) => {
        const stages = (done.get(window) ?? []).map(([, stage, outcome, lane, seconds]) => ({
          stage,
          outcome,
          lane,
          seconds,
        }));
        const failure = failed.get(window);
        if (failure) return { symbol, from, to, outcome: 'failed', ...failure, stages };
        // A window has the outcome of its last stage.
        const last = stages.find(({ stage }) => stage === allStages.at(-1));
        if (last) return { window, symbol, from, to, ...last, stages };
        if (decision === 'reuse') return { window, symbol, from, to, outcome: 'reused' };
        if (decision === 'skip')
          return { window, symbol, from, to, outcome: 'skipped', reason, detail };
        return { window, symbol, from, to, outcome: 'notStarted', stages };
      });
      answer(json, { schema: 1, runId: meant, windows }, () =>
        matrixText(
          windows.map((window) => ({
            symbol: window.symbol,
            from: window.from,
            cell: ('reason' in window && window.reason) || window.outcome,
          })),
        ),
      );
    });
}
