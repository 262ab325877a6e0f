import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaneError } from '../../contracts/errors.ts';

/** A process that computes on a GPU, in the driver's words. */
export interface ComputeProcess {
  readonly pid: number;
  readonly uuid: string;
}

/** What a GPU is used for at a moment, by whomever. */
export interface GpuSample {
  /** Share of the last moments in which something ran on it, in [0, 1]. */
  readonly utilisation: number;
  readonly memoryBytes: number;
}

const answerMs = 20_000;
const mebibyte = 2 ** 20;

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

/**
 * How much of a GPU is used now, as NVIDIA's driver says.
 *
 * @throws the reason why `nvidia-smi` does not answer
 */
export async function gpuSample(uuid: string): Promise<GpuSample> {
  const rows = await asked('--query-gpu=utilization.gpu,memory.used', 'nounits', ['-i', uuid]);
  const [percent, mebibytes] = (rows[0] ?? []).map(Number);
  if (!Number.isFinite(percent) || !Number.isFinite(mebibytes))
    throw new LaneError(`expected numbers of "${uuid}", the driver says "${rows.join('; ')}"`);
  return { utilisation: percent / 100, memoryBytes: mebibytes * mebibyte };
}

async function asked(
  query: string,
  units?: 'nounits',
  rest: readonly string[] = [],
): Promise<string[][]> {
  const format = ['csv', 'noheader', ...(units === undefined ? [] : [units])].join(',');
  const { stdout } = await promisify(execFile)(
    'nvidia-smi',
    [query, `--format=${format}`, ...rest],
    { timeout: answerMs },
  );
  const lines = stdout.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => line.split(',').map((cell) => cell.trim()));
}
