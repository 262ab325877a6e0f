import type { BackfillRequest } from './backfill.ts';
import type { ErrorClass } from './errors.ts';
import type { TrainRequest } from './plan.ts';
import type { Interval, TradingDay } from './time.ts';

/** When a schedule runs: on every session of the exchange, or on one day of the week. */
export const scheduleDays = [
  'sessions',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type ScheduleDays = (typeof scheduleDays)[number];

/** What a night trains: a request without the days that the night itself decides. */
export type NightlyTraining = Omit<TrainRequest, 'from' | 'to' | 'asOf' | 'root' | 'planToken'> & {
  /** Windows of the grid that start on or after this day; or … */
  readonly from?: TradingDay;
  /** … on or after the day so many calendar days before the as-of day. One of the two. */
  readonly lastDays?: number;
};

/** What a night fetches first. */
export interface NightlyBackfill {
  readonly source: string;
  readonly symbols: BackfillRequest['symbols'];
  readonly intervals: readonly Interval[];
  readonly from: TradingDay;
  /** Minutes after which somebody is told that the bars are late. */
  readonly lateAfterMinutes: number;
}

/** What bars a night must have before it trains. */
export interface NightlyGate {
  /** Sessions up to the as-of day over which each symbol's bars are counted. */
  readonly sessions: number;
  /** Share of its bars that a symbol needs, a fraction. */
  readonly minimumCoverage: number;
  /** Share of the symbols that must have enough, a fraction; else nothing is trained. */
  readonly minimumSymbols: number;
  /** What becomes of the few that have not: trained without, or nothing is trained at all. */
  readonly lacking: 'leave-out' | 'stop';
}

/** What a night does: one of `schedules` in `temporal-dev.yaml`. */
export interface NightlySchedule {
  /** At the exchange, `HH:MM`; after the last bars of the day are final. */
  readonly at: string;
  readonly on: ScheduleDays;
  readonly train: NightlyTraining;
  /** Absent where bars come another way. */
  readonly backfill?: NightlyBackfill;
  readonly gate: NightlyGate;
  /** At the exchange on the session that is scored, `HH:MM`: the scores are there by then. */
  readonly deadline: string;
  /** Minutes before the deadline at which scores are made of what there is. */
  readonly scoringMinutes: number;
  /** Median rupees a day over 21 sessions below which a symbol is not scored; 0 for none. */
  readonly minimumTurnover: number;
}

/** What `retrain` is started with. */
export interface RetrainInput extends NightlySchedule {
  /** Name of the schedule. */
  readonly schedule: string;
  /** The data root it was applied for; workers of another refuse it. */
  readonly root: string;
  /** Of a start by hand; a schedule's runs take it from the time they were scheduled for. */
  readonly asOf?: TradingDay;
  /** Digest of the days on which the schedule runs: it changes when the calendar does. */
  readonly days?: string;
}

/** Why a night has nothing to do. */
export type NightSkip = 'holiday' | 'not-over';

/** What `planNight` is asked. */
export interface PlanNightInput {
  readonly request: RetrainInput;
  /** First execution of the workflow: tells a retry from another night of the same name. */
  readonly madeFor: string;
  readonly workflowId: string;
  /** The time the schedule meant, ISO 8601; absent where somebody started it by hand. */
  readonly scheduledFor?: string;
}

/** A night that has nothing to do. */
export interface SkippedNight {
  readonly skip: NightSkip;
  readonly asOf: TradingDay;
  /** In words, for a person. */
  readonly reason: string;
}

/** A night as it was decided: everything in it depends on the as-of day and not on the clock. */
export interface NightPlan {
  readonly skip?: never;
  readonly root: string;
  readonly asOf: TradingDay;
  /** The session that is scored. */
  readonly session: TradingDay;
  /** Names of the training and of the backfill; they share no folder. */
  readonly runId: string;
  readonly backfillId: string;
  readonly train: TrainRequest;
  readonly backfill?: BackfillRequest;
  /** Milliseconds from now until scores are made of what there is; absent after the deadline. */
  readonly scoreInMs?: number;
  /** Milliseconds from now until somebody is told that the bars are late. */
  readonly lateInMs: number;
}

/** What every step of a night is asked. */
export interface NightRef {
  readonly runId: string;
  readonly root: string;
  readonly schedule: string;
  readonly asOf: TradingDay;
}

/** What `gateCoverage` is asked. */
export interface GateInput extends NightRef {
  readonly train: TrainRequest;
  readonly gate: NightlyGate;
}

/** A symbol whose bars are too few. */
export interface LackingSymbol {
  readonly symbol: string;
  readonly presentBars: number;
  readonly expectedBars: number;
}

/** Whether a night may train, and on what; all of it lies in `coverage.json` of its run. */
export interface GateResult {
  readonly passes: boolean;
  readonly symbols: number;
  readonly lacking: number;
  /** The first few of them. */
  readonly first: readonly LackingSymbol[];
  /** What to train: without the symbols that were left out. */
  readonly train: TrainRequest;
}

/** What a run's evidence comes to, in plain words. */
export interface NightEvidence {
  readonly windows: number;
  /** Eligible windows without predictions. */
  readonly missing: number;
  /** Whether members were written down later than decisions: whoever left before is missing. */
  readonly survivors: boolean;
  /** By what is known of the bars behind the rows. */
  readonly sets: readonly {
    readonly trust: string;
    readonly rows: number;
    readonly sessions: number;
    readonly symbols: number;
    readonly words: readonly string[];
  }[];
}

/** What `scoreSession` is asked. */
export interface ScoreInput extends NightRef {
  /** Whom the schedule trains, also where the gate left some of them out. */
  readonly symbols: TrainRequest['symbols'];
  readonly minimumTurnover: number;
}

/** What came of scoring. */
export interface ScoreResult {
  readonly session: TradingDay;
  readonly scored: number;
  readonly stale: number;
  readonly excluded: number;
  /** The run whose models scored: tonight's, or an earlier one of the schedule. */
  readonly models: string;
}

/** Steps of a night, in order. */
export const nightSteps = ['backfill', 'gate', 'train', 'evidence', 'score', 'briefing'] as const;
export type NightStep = (typeof nightSteps)[number];

/** How a step ended. `late`: it goes on by itself, and the night did not wait for it. */
export interface StepEnd {
  readonly step: NightStep;
  readonly ended: 'done' | 'failed' | 'late' | 'left-out';
  readonly class?: ErrorClass;
  readonly message?: string;
}

/** What `writeBriefing` is asked. */
export interface BriefingInput extends NightRef {
  readonly session: TradingDay;
  readonly backfillId?: string;
  readonly steps: readonly StepEnd[];
  readonly cancelled: boolean;
}

/** How a night ended. */
export type NightState = 'completed' | 'incomplete' | 'cancelled';

/** What came of a briefing. */
export interface BriefingResult {
  readonly state: NightState;
  /** One line that says the most important. */
  readonly subject: string;
}

/** What a notification is about. */
export type NoticeKind = 'briefing' | 'bars-late' | 'failed';

/** What `notify` is asked: one channel, so that each is tried again by itself. */
export interface NotifyInput {
  readonly root: string;
  readonly channel: string;
  readonly kind: NoticeKind;
  /** Same key, same notification: whoever receives it twice can tell. */
  readonly key: string;
  readonly subject: string;
  /** Where the text is a run's briefing. */
  readonly runId?: string;
  /** Where there is none. */
  readonly text?: string;
}

/** How a retrain ended. */
export interface RetrainReport {
  readonly schema: 1;
  readonly state: NightState | 'skipped';
  readonly asOf: TradingDay;
  readonly reason?: string;
  readonly runId?: string;
  readonly steps: readonly StepEnd[];
  /** Channels that were told, and those that could not be. */
  readonly told: readonly string[];
  readonly untold: readonly string[];
}
