/** One way to do what is measured. */
export type Way = () => Promise<unknown>;

/**
 * Calls each way in turn, so that what else the machine does falls on all of them.
 *
 * @returns microseconds of each call, ascending, the first tenth left out
 */
export async function interleaved<Name extends string>(
  ways: Readonly<Record<Name, Way>>,
  count: number,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(ways) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let i = 0; i < count; i++)
    for (const name of names) {
      const began = performance.now();
      await ways[name]();
      if (i >= count / 10) times[name].push((performance.now() - began) * 1000);
    }
  for (const name of names) times[name].sort((a, b) => a - b);
  return times;
}
