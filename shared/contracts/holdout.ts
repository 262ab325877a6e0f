import type { RecipeName } from './recipe.ts';
import type { EpochMs, Interval, TradingDay } from './time.ts';

/** Who says so, why and when: what every entry of the ledger has. */
export interface LedgerWord {
  readonly who: string;
  readonly why: string;
  readonly at: EpochMs;
}

/** A configuration was named and frozen: its sessions after the freeze date are sealed. */
export interface HoldoutSealed {
  readonly event: 'holdout-sealed';
  readonly name: string;
  /** Of the interval, the recipes with every option, and the universe: of what is frozen. */
  readonly configuration: string;
  readonly recipe: RecipeName;
  readonly interval: Interval;
  /** Whose members are pooled or make the context; absent where a recipe reads none. */
  readonly universe?: string;
  /** The last session that may be looked at. */
  readonly freeze: TradingDay;
  /** The last session closed when it was sealed: those from the freeze date on may have been seen. */
  readonly sealedOn: TradingDay;
  /** The run whose configuration it is. */
  readonly runId: string;
}

/** A sealed configuration was opened: all its sessions may be looked at, for good. */
export interface HoldoutOpened {
  readonly event: 'holdout-opened';
  readonly name: string;
  readonly configuration: string;
  /** The last session closed when it was opened: all up to it may have been seen. */
  readonly openedOn: TradingDay;
}

/** What the ledger of a data root records. */
export type LedgerEvent = HoldoutSealed | HoldoutOpened;
