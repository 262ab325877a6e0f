import type { RecordFailuresInput } from '../../shared/contracts/backfill.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Writes down windows of a backfill that failed, in `data/runs/<runId>/failures/`: a run's own result
 * holds the first few only. Safe to repeat: a part says the same however often it is written.
 */
export async function recordFailures(
  { root }: World,
  { runId, before, failures }: RecordFailuresInput,
): Promise<void> {
  const part = `windows-${String(before).padStart(6, '0')}`;
  await backfillFiles(root, runId).keepFailures(part, failures);
}
