import type { EpochMs } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import type { EmptyAnswer } from '../../domain/market/coverage/presence.ts';
import type { QuarantinedBar } from '../../domain/market/bars/quarantine.ts';

/** Who brought bars, and when: the provenance of each bar they became. */
export interface Receipt {
  /** E.g. `import/<ISO time>` or `backfill/<runId>`. */
  readonly fetch: string;
  readonly receivedAt: EpochMs;
}

/** What a source gave for one series, judged. */
export interface Received {
  /** The sound bars. */
  readonly bars: Bars;
  /** The rows that are not. */
  readonly quarantined: readonly QuarantinedBar[];
  /** The days for which it gave nothing, though something was expected. */
  readonly answers: readonly EmptyAnswer[];
}

/** Bars and nothing else: all that was received is sound, and nothing was missing. */
export function soundBars(bars: Bars): Received {
  return { bars, quarantined: [], answers: [] };
}
