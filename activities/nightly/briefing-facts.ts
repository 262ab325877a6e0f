import path from 'node:path';
import type { WrittenBackfillReport } from '../../shared/contracts/backfill.ts';
import { endedStages } from '../../shared/contracts/ended.ts';
import type {
  BriefingInput,
  NightEvidence,
  NightState,
  StepEnd,
} from '../../shared/contracts/nightly.ts';
import type { FailedWindow, RunReport } from '../../shared/contracts/run.ts';
import type { ExcludedSymbol, ScoredSymbol, SessionScores } from '../../shared/contracts/scores.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { readJson } from '../../shared/runtime/files/files.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { NightCoverage } from './gate-coverage.ts';

/** `briefing.json` of a run: what a night came to. Absent is what did not come about. */
export interface Briefing {
  readonly schema: 1;
  readonly schedule: string;
  readonly runId: string;
  readonly asOf: TradingDay;
  /** The session that was scored. */
  readonly session: TradingDay;
  readonly state: NightState;
  readonly steps: readonly StepEnd[];
  readonly backfill?: Pick<WrittenBackfillReport, 'runId' | 'state' | 'counts'>;
  readonly coverage?: NightCoverage;
  readonly training?: Pick<RunReport, 'runId' | 'state' | 'counts' | 'seconds'>;
  /** The first few windows that failed. */
  readonly failed: readonly FailedWindow[];
  readonly evidence?: NightEvidence;
  readonly scores?: {
    readonly scored: number;
    readonly stale: number;
    readonly top: readonly ScoredSymbol[];
    readonly bottom: readonly ScoredSymbol[];
    readonly excluded: readonly ExcludedSymbol[];
  };
}

/** Symbols at either end of the ranking that a briefing shows. */
const shownScores = 10;
/** Failed windows that it shows; all of them are in the run's matrix. */
const shownFailures = 10;

/** Gathers what a night left in its folders. */
export async function briefingFacts(world: World, input: BriefingInput): Promise<Briefing> {
  const { runId, schedule, asOf, session, steps, cancelled, backfillId } = input;
  const read = async <T>(name: string, of = runId): Promise<T | undefined> =>
    (await readJson(path.join(runFolder(world.root, of), name))) as T | undefined;
  const ended = (step: StepEnd['step']): boolean =>
    steps.some((one) => one.step === step && one.ended === 'done');
  const backfill =
    backfillId === undefined
      ? undefined
      : await read<WrittenBackfillReport>('report.json', backfillId);
  const training = await read<RunReport>('report.json');
  const coverage = await read<NightCoverage>('coverage.json');
  const evidence = ended('evidence')
    ? await read<{ readonly headline: NightEvidence }>('evidence.json')
    : undefined;
  const scores = ended('score') ? await read<SessionScores>('scores.json') : undefined;
  const records = await pageRecords(world.root, runId);
  const isWhole = steps.every((step) => step.ended === 'done');
  return {
    schema: 1,
    schedule,
    runId,
    asOf,
    session,
    state: cancelled ? 'cancelled' : isWhole ? 'completed' : 'incomplete',
    steps,
    ...(backfill && {
      backfill: { runId: backfill.runId, state: backfill.state, counts: backfill.counts },
    }),
    ...(coverage && { coverage }),
    ...(training && {
      training: {
        runId,
        state: training.state,
        counts: training.counts,
        seconds: training.seconds,
      },
    }),
    failed: endedStages(records).failed.slice(0, shownFailures),
    ...(evidence && { evidence: evidence.headline }),
    ...(scores && { scores: ends(scores) }),
  };
}

function ends({ scores, excluded }: SessionScores): NonNullable<Briefing['scores']> {
  return {
    scored: scores.length,
    stale: scores.filter(({ stale }) => stale).length,
    top: scores.slice(0, shownScores),
    // What is at the top already is not shown again.
    bottom: scores.slice(Math.max(shownScores, scores.length - shownScores)),
    excluded,
  };
}
