import path from 'node:path';
import type { NightEvidence, NightRef } from '../../shared/contracts/nightly.ts';
import { armWords, pairWords } from '../validation/evidence-words.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { ComputeWorld, World } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { reportEvidence, type RunEvidence } from '../validation/report-evidence.ts';

/**
 * Weighs the evidence of a run in a thread of its own: thousands of resamples would keep this process
 * from beating. Safe to repeat.
 *
 * @returns windows with and without predictions; all of it, in plain words too, lies in `evidence.json` of the run's folder
 * @throws InputError (final) if the run has no predictions
 * @throws DataError (final) if bars or predictions are damaged
 * @throws LaneError (retried) if the thread dies
 */
export async function weighEvidence(
  world: ComputeWorld,
  { runId }: NightRef,
  { signal }: Step,
): Promise<Pick<NightEvidence, 'windows' | 'missing'>> {
  const { windows, missing } = await world.weighEvidence(runId, signal);
  return { windows, missing };
}

/** Weighs the evidence of a run as `evidence` does, and writes `evidence.json` into its folder. */
export async function writtenEvidence(
  world: Pick<World, 'plans' | 'store' | 'bars' | 'root' | 'instruments' | 'calendar'>,
  runId: string,
): Promise<NightEvidence> {
  const evidence = await reportEvidence(world, { runId });
  const headline = headlineOf(evidence);
  const file = path.join(runFolder(world.root, runId), 'evidence.json');
  await writeWhole(file, `${JSON.stringify({ schema: 1, ...evidence, headline }, null, 1)}\n`);
  return headline;
}

/** What a person must know of it: what the student's order is worth, and beside its teacher. */
function headlineOf({ windows, missing, sets, survivors }: RunEvidence): NightEvidence {
  return {
    windows,
    missing,
    survivors: survivors !== undefined,
    sets: sets.map(({ trust, rows, sessions, symbols, arms, pairs }) => ({
      trust,
      rows,
      sessions,
      symbols,
      words: [
        ...arms.filter(({ arm }) => arm === 'student').map((arm) => armWords(arm)),
        ...pairs.map((pair) => pairWords(pair)),
      ],
    })),
  };
}
