import type { ErrorClass } from '../../shared/contracts/errors.ts';
import type { NightStep, StepEnd } from '../../shared/contracts/nightly.ts';

/** Who must act, by the class of what went wrong. */
const actors: Readonly<Record<ErrorClass, string>> = {
  InputError: 'whoever wrote the schedule must change what it asks',
  DataError: 'whoever owns the data must mend it',
  SourceError: 'nobody must act: the next night asks again',
  LaneError: "the machine's operator must look: a device, memory or a full disk",
  InvariantError: 'this is a fault of the program: report it with the log',
};

/** What comes of it that a step did not end well. */
const consequences: Readonly<Record<NightStep, string>> = {
  backfill: 'bars may be missing',
  gate: 'nothing was trained',
  train: 'models are those of earlier nights',
  evidence: 'nothing is said of what the models are worth',
  score: 'there are no scores',
  briefing: 'there is no briefing',
};

/** A step that did not end well, for a person: what happened, what comes of it, who must act. */
export function stepWords({ step, ended, class: fault, message }: StepEnd): string[] {
  const why = message === undefined ? '' : `: ${message}`;
  switch (ended) {
    case 'done':
      return [];
    case 'late':
      return [`- **${step}** was not done by the deadline and goes on by itself${why}`];
    case 'left-out':
      return [`- **${step}** was left out${why}`];
    case 'failed':
      return [
        `- **${step}** failed, so ${consequences[step]}${why}` +
          `${fault === undefined ? '' : ` (${fault}: ${actors[fault]})`}`,
      ];
  }
}
