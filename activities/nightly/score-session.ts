import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import type { ScoreInput, ScoreResult } from '../../shared/contracts/nightly.ts';
import type { SessionScores } from '../../shared/contracts/scores.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import { writeParquet } from '../../shared/runtime/files/duckdb.ts';
import { writeSynced, writeWhole } from '../../shared/runtime/files/files.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { nightsUntil } from './night-files.ts';
import { sessionScores } from './session-scores.ts';

/** Nights back in which a model is looked for: of a symbol that tonight was not trained. */
const earlierNights = 8;

/**
 * Scores the next session and writes it whole: an artifact in the store, and `scores.json` in the
 * run's folder. The models are tonight's; of symbols that tonight has none of, and where tonight has
 * no plan, those of the nights before. Safe to repeat: the same bars and models give the same file.
 *
 * @throws InputError (final) if no night of the schedule has planned anything yet
 * @throws DataError (final) if bars or models are damaged
 */
export async function scoreSession(
  world: World,
  { runId, schedule, asOf, symbols, minimumTurnover }: ScoreInput,
  step: Step,
): Promise<ScoreResult> {
  const plans: string[] = [];
  for (const name of await nightsUntil(world.root, schedule, asOf))
    if (plans.length < earlierNights && (await world.plans.has(name))) plans.push(name);
  if (plans.length === 0)
    throw new InputError(
      `no run of schedule "${schedule}" has planned anything up to "${asOf}": there is no model ` +
        'to score by; the next night that trains has',
    );
  const { scores, inputs } = await sessionScores(world, {
    runId,
    plans,
    symbols,
    asOf,
    minimumTurnover,
  });
  const text = `${JSON.stringify(scores, null, 1)}\n`;
  await world.store.publish(
    'scores',
    digestOf({ artifact: 'scores', inputs }),
    async (folder) => {
      await writeSynced(path.join(folder, 'scores.json'), text);
      await writeScores(path.join(folder, 'scores.parquet'), scores);
    },
    { runId, asOf, session: scores.session, ...step.origin },
  );
  await writeWhole(path.join(runFolder(world.root, runId), 'scores.json'), text);
  return {
    session: scores.session,
    scored: scores.scores.length,
    stale: scores.scores.filter(({ stale }) => stale).length,
    excluded: scores.excluded.length,
    models: plans[0],
  };
}

/** Writes the scored symbols as a table. */
export async function writeScores(file: string, { scores }: SessionScores): Promise<void> {
  const text = (of: (one: SessionScores['scores'][number]) => string) => ({
    names: scores.map(of),
    of: Int32Array.from(scores.keys()),
  });
  await writeParquet(file, {
    symbol: text(({ symbol }) => symbol),
    rank: Int32Array.from(scores, ({ rank }) => rank),
    score: Float64Array.from(scores, ({ score }) => score),
    window: text(({ window }) => window),
    decisionDay: text(({ decisionDay }) => decisionDay),
    ageSessions: Int32Array.from(scores, ({ ageSessions }) => ageSessions),
    stale: Int8Array.from(scores, ({ stale }) => Number(stale)),
  });
}
