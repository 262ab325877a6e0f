import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  log,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { WaitsFor } from '../shared/contracts/backfill.ts';
import type { ControlView } from '../shared/contracts/control.ts';
import type { OperatorWord } from '../shared/contracts/run.ts';
import type { EpochMs } from '../shared/contracts/time.ts';
import { waits } from './attributes.ts';
import type { ControlBook } from './control-book.ts';
import { cancelRun, pause, resume, runLimits } from './messages.ts';

/** How a run hears its operator. */
export interface RunControlOptions {
  /** Tells whatever is open how the run is set now. */
  changed(): Promise<void>;
  /** What the run waits for besides its operator. */
  waitsFor?(): WaitsFor | undefined;
}

/** A run that an operator may pause, resume, limit and cancel. */
export interface OperatedRun {
  /** Waits while the run is paused. @returns whether anything new may begin */
  mayBegin(): Promise<boolean>;
  /**
   * Does the run's work until it has ended, or an operator or Temporal has cancelled it.
   *
   * @returns what cancelled it before it was done
   */
  work(run: () => Promise<void>): Promise<unknown>;
  /** Takes no words any more, and waits until those that were taken are answered. */
  close(): Promise<void>;
}

/**
 * Has a run hear `pause`, `resume`, `cancelRun` and `limits`: each is refused where it makes no sense,
 * kept with who said it and why, and answered once everything that is open knows.
 *
 * A word may be waiting already: it is taken at once, so all that `options` need must stand.
 *
 * @param name - what the run is called: `run "2024-12-31-0badcafe"`
 */
export function operatedRun(
  name: string,
  book: ControlBook,
  options: RunControlOptions,
): OperatedRun {
  const scope = new CancellationScope();

  /** Takes a word: keeps it, tells it on, and answers how the run is set. */
  const taking =
    <Word extends OperatorWord>(verb: string, change: (word: Word, at: EpochMs) => void) =>
    async (word: Word): Promise<ControlView> => {
      const wasPaused = book.state === 'paused';
      change(word, Date.now() as EpochMs);
      const { who, why } = word;
      log.info(`${name} was told to ${verb}`, { who, why });
      const isPaused = book.state === 'paused';
      if (isPaused !== wasPaused)
        upsertSearchAttributes(waits(isPaused ? 'operator' : options.waitsFor?.()));
      const view = book.view();
      if (book.isCancelledNow) scope.cancel();
      else await options.changed();
      return view;
    };

  setHandler(pause, taking('pause', book.pause), { validator: book.checkPause });
  setHandler(resume, taking('resume', book.resume), { validator: book.checkResume });
  setHandler(cancelRun, taking('cancel', book.cancel), { validator: book.checkCancel });
  setHandler(
    runLimits,
    taking('limit', (word, at) => book.limit(word.inFlight, word, at)),
    { validator: book.checkLimit },
  );

  return {
    async mayBegin() {
      if (book.state === 'paused') await condition(() => book.state !== 'paused');
      return book.state !== 'draining';
    },
    async work(run) {
      try {
        await scope.run(run);
        return undefined;
      } catch (error) {
        if (!isCancellation(error)) throw error;
        return error;
      }
    },
    async close() {
      book.close();
      await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
    },
  };
}
