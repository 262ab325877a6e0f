import { Command } from 'commander';
import { healedWindows } from '../../activities/validation/healed-windows.ts';
import { endedStages } from '../../shared/contracts/ended.ts';
import { stages as allStages } from '../../shared/contracts/outcome.ts';
import { spanCounts } from '../../shared/contracts/span-counts.ts';
import type { FailedWindow } from '../../shared/contracts/run.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { matrixText } from '../matrix-text.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';
import { noModelWords } from '../span-words.ts';

/** `matrix`: every window of a run and what became of it. Reads files, needs no server. */
export function matrixCommand(): Command {
  return new Command('matrix')
    .description('every window of a run and what became of it')
    .argument('[runId]', 'name of the run (default: the newest)')
    .action(async (runId: string | undefined, { json }: { json?: boolean }) => {
      const { dataRoot } = await readConfig();
      const root = await openDataRoot(dataRoot);
      const meant = runId ?? (await newestPlannedRun(root));
      const plans = openPlans(root);
      const plan = await plans.read(meant);
      const records = await pageRecords(root, meant);
      const healed = await healedWindows({ root, plans }, meant);
      const ended = endedStages(records);
      const done = Map.groupBy(ended.done, ([window]) => window);
      const failed = new Map<string, FailedWindow>(ended.failed.map((one) => [one.window, one]));

      const windows = plan.windows.map(({ window, symbol, from, to, decision, reason, detail }) => {
        const stages = (done.get(window) ?? []).map(([, stage, outcome, lane, seconds]) => ({
          stage,
          outcome,
          lane,
          seconds,
        }));
        const replay = healed.get(window);
        const healedBy = replay === undefined ? {} : { healedBy: replay };
        // A window has the outcome of its last stage, however often it failed before.
        const last = stages.find(({ stage }) => stage === allStages.at(-1));
        if (last) return { window, symbol, from, to, ...last, stages };
        const failure = failed.get(window);
        if (failure)
          return { symbol, from, to, outcome: 'failed', ...failure, ...healedBy, stages };
        if (decision === 'reuse') return { window, symbol, from, to, outcome: 'reused' };
        if (decision === 'skip')
          return { window, symbol, from, to, outcome: 'skipped', reason, detail };
        return { window, symbol, from, to, outcome: 'notStarted', ...healedBy, stages };
      });
      const judged = new Set(
        plan.windows
          .filter((_, index) => hasModel(windows[index].outcome))
          .map(({ window }) => window),
      );
      const spans = spanCounts(plan, ({ window }) => judged.has(window));
      answer(json, { schema: 1, runId: meant, windows, spans }, () => {
        const cells = windows.map((window) => ({
          symbol: window.symbol,
          from: window.from,
          cell:
            ('reason' in window && window.reason) ||
            `${window.outcome}${'healedBy' in window ? ', healed' : ''}`,
        }));
        const noModel = noModelWords(spans);
        const below = noModel === undefined ? [] : ['', `no model: ${noModel}`];
        return [matrixText(cells), ...healedLines(windows), ...below].join('\n');
      });
    });
}

/** Which replays brought about what had failed or was never begun, below the matrix. */
function healedLines(windows: readonly object[]): string[] {
  const by = new Map<string, number>();
  for (const window of windows)
    if ('healedBy' in window && typeof window.healedBy === 'string')
      by.set(window.healedBy, (by.get(window.healedBy) ?? 0) + 1);
  return Array.from(by, ([replay, count]) => `${count} healed by ${replay}`);
}

/** Whether a window's own models judge its evaluation span. */
function hasModel(outcome: string): boolean {
  return outcome === 'trained' || outcome === 'reused';
}
