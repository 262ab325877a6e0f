import { Worker } from 'node:worker_threads';
import { errorFrom, LaneError, type ErrorRecord } from '../shared/contracts/errors.ts';
import type { NightEvidence } from '../shared/contracts/nightly.ts';

/** What the thread is told. */
export interface EvidenceTask {
  readonly dataRoot: string;
  readonly runId: string;
}

/** What it says at its end. */
export type EvidenceEnd = { readonly evidence: NightEvidence } | { readonly failed: ErrorRecord };

/**
 * Has a run's evidence weighed in a thread of its own, so that the process goes on beating.
 *
 * @throws the thread's own error, as the same class; LaneError if it dies; the signal's reason
 */
export async function threadResult(
  task: EvidenceTask,
  signal: AbortSignal,
): Promise<NightEvidence> {
  signal.throwIfAborted();
  const thread = new Worker(new URL('./evidence.ts', import.meta.url), { workerData: task });
  const stop = (): void => void thread.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await new Promise<EvidenceEnd>((resolve, reject) => {
      thread.once('message', resolve).once('error', reject);
      thread.once('exit', () =>
        reject(new LaneError(`the thread that weighs run "${task.runId}" ended without a word`)),
      );
    });
    if ('failed' in end) throw errorFrom(end.failed);
    return end.evidence;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
