import { Command } from 'commander';
import {
  collectGarbage,
  garbageOf,
  type Collection,
} from '../../activities/validation/collect-garbage.ts';
import { keptWhys } from '../../activities/validation/kept-runs.ts';
import { asSenseQuantError, InputError } from '../../shared/contracts/errors.ts';
import { connect, type Temporal } from '../../shared/runtime/stack/client.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { garbageKinds } from '../../shared/runtime/store/garbage.ts';
import { temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { inWorld } from '../in-world.ts';
import { answer, tableText } from '../output.ts';
import { runStatus } from '../run-client.ts';

interface GcOptions {
  readonly yes?: boolean;
  readonly keepRuns: string;
  readonly json?: boolean;
}

const rules = `
Kept is what can be reached: everything named by open runs, by runs with failed windows that nothing
has healed, by champions, by the newest runs, and what that is made of; and every segment that the
head of a series lists, or the head before it. All else follows from bars and can be trained again.
Removed are teachers, students, predictions and contexts that no such run names; segments that no
head lists; artifacts that were set aside as damaged; what was being written a day ago. Folders of
runs stay. Without a server up, a run that has written no report counts as open.`;

/** `gc`: removes what nothing reachable names. */
export function gcCommand(): Command {
  return new Command('gc')
    .description('reclaim space: show what nothing needs any more, by kind; --yes removes it')
    .option('--yes', 'remove it')
    .option('--keep-runs <n>', 'the newest so many runs are kept whole', '20')
    .addHelpText('after', rules)
    .action(async ({ yes, keepRuns, json }: GcOptions) => {
      const newest = Number(keepRuns);
      if (!Number.isInteger(newest) || newest < 1)
        throw new InputError(`--keep-runs should be a whole number from 1, not "${keepRuns}"`);
      const temporal = await serverThatIsUp();
      try {
        const isOpen = async (runId: string): Promise<boolean | undefined> =>
          temporal && (await runStatus(temporal, runId)) === 'RUNNING';
        const collection = await inWorld('gc', (world) =>
          (yes === true ? collectGarbage : garbageOf)(world, { newest, isOpen }),
        );
        const removed = yes === true;
        answer(json, documentOf(collection, removed), () => textOf(collection, removed));
      } finally {
        await temporal?.close();
      }
    });
}

/** The stack's server, or undefined where none answers: then files alone say what is open. */
async function serverThatIsUp(): Promise<Temporal | undefined> {
  const config = await readConfig();
  try {
    return await connect(await temporalPlace(config, await openDataRoot(config.dataRoot)));
  } catch (error) {
    if (asSenseQuantError(error) === undefined) throw error;
    return undefined;
  }
}

function byKind({ garbage }: Collection) {
  return garbageKinds.map((kind) => {
    const all = garbage.filter((one) => one.kind === kind);
    return { kind, items: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

function documentOf(collection: Collection, removed: boolean): object {
  const kinds = byKind(collection);
  const bytes = kinds.reduce((sum, kind) => sum + kind.bytes, 0);
  return { schema: 1, removed, bytes, kinds, kept: collection.kept };
}

function textOf(collection: Collection, removed: boolean): string {
  const kinds = byKind(collection);
  const total = kinds.reduce((sum, { bytes }) => sum + bytes, 0);
  const { kept } = collection;
  const whys = keptWhys.flatMap((why) => {
    const count = kept.filter((one) => one.why === why).length;
    return count === 0 ? [] : `${count} ${why}`;
  });
  return [
    tableText(
      ['kind', 'items', 'MB'],
      kinds.map(({ kind, items, bytes }) => [kind, items, megabytes(bytes)]),
    ),
    '',
    `kept ${kept.length} runs${whys.length === 0 ? '' : `: ${whys.join(', ')}`}`,
    removed
      ? `removed ${megabytes(total)} MB`
      : `${megabytes(total)} MB could be removed: the same command with --yes`,
  ].join('\n');
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e4) / 100;
}
