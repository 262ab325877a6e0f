import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import type { UniverseContext } from '../../domain/samples/market-context.ts';
import { digestOf, sha256 } from '../files/digest.ts';
import { readParquet, writeParquet, type Column, type Columns } from '../files/duckdb.ts';
import type { Store } from './store.ts';

/** Enters the name of every stored context: raise it whenever a definition changes. */
const contextVersion = 1;

const file = 'context.parquet';
/** What the columns of the maps are called in a file: `momentum INFY`. */
const maps = ['sectors', 'momentum', 'reversal'] as const;

/** One year of a context, by the name it is stored under. */
export interface ContextPart {
  readonly key: string;
  readonly year: string;
  readonly columns: Columns;
}

/**
 * Cuts a context into calendar years, each named by what it holds: tonight's session changes the
 * name of its own year only.
 */
export function contextParts(universe: string, context: UniverseContext): ContextPart[] {
  const years = Map.groupBy(context.ts.keys(), (row) => dayOf(context.ts[row]).slice(0, 4));
  return [...years].map(([year, rows]) => {
    const [start, end] = [rows[0], rows[rows.length - 1] + 1];
    const { ts, indexReturn, breadth, dispersion } = context;
    const all = { ts, indexReturn, breadth, dispersion, ...namedColumns(context) };
    const columns = Object.fromEntries(
      Object.entries<Column>(all).map(([name, column]) => [name, column.slice(start, end)]),
    );
    const bytes = Object.values(columns).map((column) => new Uint8Array(column.buffer));
    const named = { artifact: 'context', version: contextVersion, universe, year };
    return {
      year,
      key: digestOf({ ...named, names: Object.keys(columns), columns: sha256(...bytes) }),
      columns,
    };
  });
}

/** Stores the parts that are not there yet. @param facts - who is in it, and who is not */
export async function storeContext(
  store: Store,
  parts: readonly ContextPart[],
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const { key, year, columns } of parts)
    if ((await store.find('context', key)) === undefined)
      await store.publish(
        'context',
        key,
        (folder) => writeParquet(path.join(folder, file), columns),
        {
          year,
          ...facts,
        },
      );
}

/**
 * Reads a context from its years, in order.
 *
 * @throws DataError if one is gone or damaged
 */
export async function readContext(store: Store, keys: readonly string[]): Promise<UniverseContext> {
  const years: Columns[] = [];
  for (const key of keys) {
    if ((await store.find('context', key)) === undefined)
      throw new DataError(
        `the market context "${key}" is gone from the store since the run was planned; start a ` +
          `run again, which makes it`,
      );
    years.push(await readParquet(path.join(store.folder('context', key), file)));
  }
  const lengths = years.map(({ ts }) => ts.length);
  const joined = (name: string): Float32Array => {
    const parts = years.map(
      (year, index) => year[name] ?? new Float32Array(lengths[index]).fill(NaN),
    );
    return Float32Array.from(parts.flatMap((part) => Array.from(part)));
  };
  const names = new Set(years.flatMap(Object.keys));
  const [sectors, momentum, reversal] = maps.map((map) => {
    const own = [...names].filter((name) => name.startsWith(`${map} `));
    return new Map(own.map((name) => [name.slice(map.length + 1), joined(name)]));
  });
  return {
    ts: Float64Array.from(years.flatMap(({ ts }) => Array.from(ts))),
    indexReturn: joined('indexReturn'),
    breadth: joined('breadth'),
    dispersion: joined('dispersion'),
    sectors,
    momentum,
    reversal,
  };
}

function namedColumns(context: UniverseContext): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    maps.flatMap((map) => [...context[map]].map(([name, column]) => [`${map} ${name}`, column])),
  );
}
