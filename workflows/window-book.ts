import type { Rows, RowsAsked, WindowRow } from '../shared/contracts/control.ts';
import { messageCharacters } from './fitting.ts';

/** How windows stand, by name, in the order in which they were first put. Pure and replay-safe. */
export interface WindowBook {
  put(row: WindowRow): void;
  find(window: string): WindowRow | undefined;
  failed(): readonly WindowRow[];
  windows(asked?: RowsAsked): Rows<WindowRow>;
  failures(asked?: RowsAsked): Rows<WindowRow>;
}

/** Opens an empty book. */
export function windowBook(): WindowBook {
  const rows = new Map<string, WindowRow>();

  /** Cursors count all windows, so that a page begins where the last one ended whatever heals meanwhile. */
  function page(asked: RowsAsked | undefined, isAsked: (row: WindowRow) => boolean) {
    const { cursor = '0', limit = Infinity } = asked ?? {};
    const start = Number(cursor);
    if (!Number.isInteger(start) || start < 0)
      throw new Error(`"cursor" should be the "next" of an answer, not "${cursor}"`);
    const all = [...rows.values()];
    const found: WindowRow[] = [];
    let characters = 0;
    for (let index = start; index < all.length; index++) {
      if (!isAsked(all[index])) continue;
      characters += JSON.stringify(all[index]).length + 1;
      if (found.length >= Math.max(1, limit) || characters > messageCharacters)
        return { rows: found, next: String(index) };
      found.push(all[index]);
    }
    return { rows: found };
  }

  return {
    put: (row) => void rows.set(row.window, row),
    find: (window) => rows.get(window),
    failed: () => [...rows.values()].filter(({ state }) => state === 'failed'),
    windows: (asked) => page(asked, () => true),
    failures: (asked) => page(asked, ({ state }) => state === 'failed'),
  };
}
