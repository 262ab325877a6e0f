import type { Bars } from '../domain/market/bars.ts';

/** Bars kept in memory by name, those used last. */
export interface KeptBars {
  get(name: string): Bars | undefined;
  set(name: string, bars: Bars): void;
  clear(): void;
}

/**
 * Keeps what was read lately: a lane trains a symbol's windows one after the other.
 *
 * @param maximumRows - bars kept in all; a million is 48 MB
 */
export function keptBars(maximumRows = 1_000_000): KeptBars {
  const kept = new Map<string, Bars>();
  let rows = 0;
  const forget = (name: string): void => {
    rows -= kept.get(name)?.ts.length ?? 0;
    kept.delete(name);
  };
  return {
    get(name) {
      const bars = kept.get(name);
      if (bars === undefined) return undefined;
      // A map keeps the order of setting, so that the first name is the one not used for longest.
      kept.delete(name);
      kept.set(name, bars);
      return bars;
    },
    set(name, bars) {
      forget(name);
      kept.set(name, bars);
      rows += bars.ts.length;
      for (const oldest of kept.keys()) {
        if (rows <= maximumRows) break;
        forget(oldest);
      }
    },
    clear() {
      kept.clear();
      rows = 0;
    },
  };
}
