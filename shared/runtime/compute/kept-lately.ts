/** Values kept in memory by name, those used last. */
export interface KeptLately<T> {
  get(name: string): T | undefined;
  set(name: string, value: T): void;
  clear(): void;
}

/**
 * Keeps what was read or computed lately: a lane works on few symbols at a time.
 *
 * @param maximumSize - of all that is kept, in the unit of `sizeOf`
 */
export function keptLately<T>(maximumSize: number, sizeOf: (value: T) => number): KeptLately<T> {
  const kept = new Map<string, T>();
  let size = 0;
  const forget = (name: string): void => {
    const value = kept.get(name);
    if (value !== undefined) size -= sizeOf(value);
    kept.delete(name);
  };
  return {
    get(name) {
      const value = kept.get(name);
      if (value === undefined) return undefined;
      // A map keeps the order of setting, so that the first name is the one not used for longest.
      kept.delete(name);
      kept.set(name, value);
      return value;
    },
    set(name, value) {
      forget(name);
      kept.set(name, value);
      size += sizeOf(value);
      for (const oldest of kept.keys()) {
        if (size <= maximumSize) break;
        forget(oldest);
      }
    },
    clear() {
      kept.clear();
      size = 0;
    },
  };
}
