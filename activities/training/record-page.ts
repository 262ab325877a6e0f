import path from 'node:path';
import type { PageRecord } from '../../shared/contracts/run.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Writes part of a page's outcomes to `data/runs/<runId>/outcomes/<page>-<part>.json`. Safe to
 * repeat: a part says the same however often it is written.
 */
export async function recordPage(world: World, record: PageRecord): Promise<void> {
  const { runId, page, part } = record;
  const folder = path.join(runFolder(world.root, runId), 'outcomes');
  await writeWhole(path.join(folder, `${page}-${part}.json`), `${JSON.stringify(record)}\n`);
}
