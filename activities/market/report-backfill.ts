import path from 'node:path';
import type {
  BackfillReport,
  ReportBackfillInput,
  WrittenBackfillReport,
} from '../../shared/contracts/backfill.ts';
import { maxFailureRate } from '../../shared/contracts/run.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Closes a backfill: writes `data/runs/<runId>/report.json`, every failure in it, and removes the
 * answers that were kept, where every window was stored from them. Safe to repeat.
 *
 * @returns the report without the failures, of which there may be many
 */
export async function reportBackfill(
  { root }: World,
  { runId, tally, cancelled, seconds, control }: ReportBackfillInput,
): Promise<BackfillReport> {
  const files = backfillFiles(root, runId);
  const failed = Object.values(tally.failed).reduce((sum, count) => sum + count, 0);
  const isOver = failed > maxFailureRate * (tally.stored + failed);
  const report: BackfillReport = {
    schema: 1,
    runId,
    state: cancelled ? 'cancelled' : isOver ? 'over-threshold' : 'completed',
    counts: tally,
    seconds: Math.round(seconds * 1000) / 1000,
    ...(control && { control }),
  };
  const written: WrittenBackfillReport = { ...report, failures: await files.failures() };
  const file = path.join(runFolder(root, runId), 'report.json');
  await writeWhole(file, `${JSON.stringify(written, null, 1)}\n`);
  if (tally.stored === tally.planned) await files.forget();
  return report;
}
