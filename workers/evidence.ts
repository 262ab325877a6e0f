import { parentPort, workerData } from 'node:worker_threads';
import { writtenEvidence } from '../activities/nightly/weigh-evidence.ts';
import { errorRecord } from '../shared/contracts/errors.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { openLogger } from '../shared/runtime/logger.ts';
import type { EvidenceEnd, EvidenceTask } from './evidence-thread.ts';
import { openWorld } from './world.ts';

// A thread that weighs the evidence of one run and ends.
const { dataRoot, runId } = workerData as EvidenceTask;

const tell = (end: EvidenceEnd): void => parentPort?.postMessage(end);
try {
  const world = await openWorld(await openDataRoot(dataRoot), openLogger('evidence'));
  const evidence = await writtenEvidence(world, runId);
  await world.close();
  tell({ evidence });
} catch (error) {
  tell({ failed: errorRecord(error) });
}
