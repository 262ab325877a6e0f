import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A process that computes on a GPU, in the driver's words. */
export interface ComputeProcess {
  readonly pid: number;
  readonly uuid: string;
}

const answerMs = 20_000;

/** UUIDs of the GPUs that NVIDIA's driver knows; none where there is no driver. */
export async function nvidiaGpus(): Promise<string[]> {
  const rows = await asked('--query-gpu=uuid').catch(() => []);
  return rows.map(([uuid]) => uuid);
}

/**
 * The processes that compute on GPUs, as NVIDIA's driver lists them.
 *
 * @throws the reason why `nvidia-smi` does not answer
 */
export async function computeProcesses(): Promise<ComputeProcess[]> {
  const rows = await asked('--query-compute-apps=pid,gpu_uuid');
  return rows.map(([pid, uuid]) => ({ pid: Number(pid), uuid }));
}

async function asked(query: string): Promise<string[][]> {
  const { stdout } = await promisify(execFile)('nvidia-smi', [query, '--format=csv,noheader'], {
    timeout: answerMs,
  });
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => line.split(',').map((cell) => cell.trim()));
}
