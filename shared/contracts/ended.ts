import type { DoneStage, FailedWindow, PageRecord } from './run.ts';

/** How the stages of a run's windows stand, by all its records. */
export interface EndedStages {
  readonly done: readonly DoneStage[];
  /** Windows that failed and were not done since, each once: how it failed last. */
  readonly failed: readonly FailedWindow[];
  /** Failures that came to nothing: the stage was done, or failed again, later in the same run. */
  readonly overcome: readonly FailedWindow[];
}

/**
 * Adds up the records of a run's pages. Failed windows may be tried again on later pages of the same
 * run: then the later record holds, and the earlier one is kept as what was overcome.
 */
export function endedStages(records: readonly PageRecord[]): EndedStages {
  const inOrder = records.toSorted((a, b) => a.page - b.page || a.part - b.part);
  const donePage = new Map(
    inOrder.flatMap(({ page, done }) =>
      done.map(([window, stage]) => [`${window}/${stage}`, page]),
    ),
  );
  const failures = inOrder.flatMap(({ page, failed }) =>
    failed.map((failure) => ({ page, failure })),
  );
  const lastPage = new Map(failures.map(({ page, failure }) => [failure.window, page]));
  // Twice on one page, or after it was done, is no other try: whoever counts must see it.
  const isOvercome = ({ page, failure: { window, stage } }: (typeof failures)[number]): boolean =>
    (donePage.get(`${window}/${stage}`) ?? 0) > page || (lastPage.get(window) ?? 0) > page;
  return {
    done: inOrder.flatMap((record) => record.done),
    failed: failures.filter((one) => !isOvercome(one)).map(({ failure }) => failure),
    overcome: failures.filter(isOvercome).map(({ failure }) => failure),
  };
}
