import path from 'node:path';
import { Command } from 'commander';
import { writeScores } from '../../activities/nightly/score-session.ts';
import { sessionScores } from '../../activities/nightly/session-scores.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import type { SessionScores } from '../../shared/contracts/scores.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { placeWhole, writeWhole } from '../../shared/runtime/files/files.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';
import { scoresCsv, scoresText } from '../scores-text.ts';
import { dayFrom } from './day-option.ts';

interface ScoreOptions {
  readonly run?: string;
  readonly asOf?: string;
  readonly minimumTurnover: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `score`: what the newest students of a run say of the next session. Needs no server. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('what the newest students of a run say of the next session')
    .option('--run <runId>', 'whose models (default: the newest run)')
    .option('--as-of <session>', 'read no bar after it (default: of the run)')
    .option('--minimum-turnover <rupees>', 'leave out what trades less a day', '0')
    .option('--out <file>', 'write the scored symbols to a .csv, .parquet or .json file instead')
    .addHelpText('after', help)
    .action(score);
}

const help = `
Each symbol is scored by the newest student that was decided by that day, through ONNX Runtime, from
the bars on disk. A model whose window is over serves one step more, and is called stale. Excluded are
symbols without a bar that day or a model, of a listing that is over, with an action nobody confirmed,
that ended at a price band, and that trade too little. Nights write theirs to scores.json of their run.`;

async function score({ run, asOf, out, json, ...options }: ScoreOptions): Promise<void> {
  const minimumTurnover = Number(options.minimumTurnover);
  if (!(minimumTurnover >= 0))
    throw new InputError(
      `--minimum-turnover "${options.minimumTurnover}" should be rupees a day, 0 or more`,
    );
  const { scores, scratch } = await inWorld('score', async (world) => {
    const runId = run ?? (await newestPlannedRun(world.root));
    const day =
      asOf === undefined ? (await world.plans.read(runId)).asOf : dayFrom('--as-of', asOf);
    const found = await sessionScores(world, {
      runId,
      plans: [runId],
      // Of a day without a session, the session before: nobody has a bar of that day.
      asOf: world.calendar.lastSessionBefore(addDays(day, 1)),
      minimumTurnover,
    });
    return { scores: found.scores, scratch: path.join(world.root.path, 'tmp') };
  });
  if (out !== undefined) await write(path.resolve(out), scratch, scores);
  answer(json, scores, () =>
    out === undefined ? scoresText(scores) : `${scores.scores.length} symbols scored: ${out}`,
  );
}

async function write(file: string, scratch: string, scores: SessionScores): Promise<void> {
  switch (path.extname(file)) {
    case '.csv':
      return await writeWhole(file, scoresCsv(scores));
    case '.json':
      return await writeWhole(file, `${JSON.stringify(scores, null, 1)}\n`);
    case '.parquet':
      return await placeWhole(file, scratch, (beside) => writeScores(beside, scores));
    default:
      throw new InputError(`"${file}" does not end in ".csv", ".parquet" or ".json"`);
  }
}
