import { readFile } from 'node:fs/promises';

/** Linux counts CPU time in ticks of 10 ms. */
const ticksPerSecond = 100;

/** CPU seconds that a process and its threads have used, in user and in system code. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** What something cost. */
export interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

/** Measures what `run` costs in the processes named, this one among them where it is. */
export async function costOf(pids: readonly number[], run: () => Promise<void>): Promise<Cost> {
  const sum = async (): Promise<number> =>
    (await Promise.all(pids.map(cpuSeconds))).reduce((total, seconds) => total + seconds, 0);
  const before = await sum();
  const began = performance.now();
  await run();
  const wallSeconds = (performance.now() - began) / 1000;
  return { wallSeconds, cpuSeconds: (await sum()) - before };
}
