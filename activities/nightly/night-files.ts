import { randomUUID } from 'node:crypto';
import { link, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { runFolder, type DataRoot } from '../../shared/runtime/data-root.ts';
import { codeOf, readJson, writeWhole } from '../../shared/runtime/files/files.ts';

/** `night.json` of a run's folder: whose night it is. */
export interface NightRecord {
  readonly schema: 1;
  readonly schedule: string;
  readonly asOf: TradingDay;
  /** First execution of the workflow. */
  readonly madeFor: string;
  readonly workflowId: string;
}

/**
 * Takes the name of a night: `<as-of>-<schedule>`, then `.2`, `.3` where another execution had it.
 * Safe to repeat: the same execution gets the same name.
 *
 * @returns the suffix of the name: nothing, `.2`, `.3`
 */
export async function claimedNight(root: DataRoot, record: NightRecord): Promise<string> {
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `.${count}`;
    const folder = runFolder(root, nightName(record, suffix));
    const file = path.join(folder, 'night.json');
    const beside = path.join(folder, `.night.${randomUUID()}`);
    try {
      await writeWhole(beside, `${JSON.stringify(record)}\n`);
      // A link fails where the name is taken: the first night stands.
      await link(beside, file);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      await rm(beside, { force: true });
    }
    const stands = (await readJson(file)) as NightRecord;
    if (stands.madeFor === record.madeFor) return suffix;
  }
}

/** The run that a night trains in. */
export function nightName(
  { asOf, schedule }: Pick<NightRecord, 'asOf' | 'schedule'>,
  suffix: string,
): string {
  return `${asOf}-${schedule}${suffix}`;
}

/** The runs of a schedule up to a day, the latest first. */
export async function nightsUntil(
  root: DataRoot,
  schedule: string,
  day: TradingDay,
): Promise<readonly string[]> {
  const folder = path.dirname(runFolder(root, 'any'));
  const names = await readdir(folder).catch((): string[] => []);
  const found: { readonly name: string; readonly asOf: TradingDay }[] = [];
  for (const name of names) {
    const record = await nightRecord(root, name);
    if (record?.schedule === schedule && record.asOf <= day)
      found.push({ name, asOf: record.asOf });
  }
  const order = ({ name, asOf }: (typeof found)[number]): string =>
    `${asOf} ${(/\.(\d+)$/.exec(name)?.[1] ?? '1').padStart(6, '0')}`;
  return found.toSorted((a, b) => (order(a) < order(b) ? 1 : -1)).map(({ name }) => name);
}

/** Whose night a run is; undefined where it is none's. */
async function nightRecord(root: DataRoot, runId: string): Promise<NightRecord | undefined> {
  return (await readJson(path.join(runFolder(root, runId), 'night.json'))) as
    NightRecord | undefined;
}
