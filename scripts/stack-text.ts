import { parseDocument } from 'yaml';

/** A simulated exchange, as a stack is to ask it. */
export interface AskedExchange {
  readonly url: string;
  /** Its clock where it is not this machine's; times in ISO 8601 or milliseconds. */
  readonly clock?: {
    readonly real: string | number;
    readonly exchange: string | number;
    readonly scale: number;
  };
  readonly perMinute?: number;
  readonly perDay?: number;
  readonly requestsInFlight?: number;
}

/** A lane that is made slower, for trials. */
export interface SlowedLane {
  readonly device: string;
  readonly slowdown: number;
}

/** What a stack of its own has otherwise than the file it is copied from. */
export interface StackChanges {
  readonly simulated?: AskedExchange;
  /** CPU lanes, or all lanes by name: the device, or that and how much slower it is made. */
  readonly lanes?: number | Readonly<Record<string, string | SlowedLane>>;
  /** Nights by name, as the file has them; no others. */
  readonly schedules?: Readonly<Record<string, object>>;
  /** Channels by name, as the file has them; no others. */
  readonly notifications?: Readonly<Record<string, object>>;
}

/** The text of a stack file with some of it changed; comments stay. */
export function stackText(text: string, changes: StackChanges): string {
  const { simulated, lanes } = changes;
  const document = parseDocument(text);
  if (lanes !== undefined) {
    const devices: readonly (readonly [string, string | SlowedLane])[] =
      typeof lanes === 'number'
        ? Array.from({ length: lanes }, (_, lane) => [`cpu${lane}`, 'cpu'])
        : Object.entries(lanes);
    const named = devices.map(([name, lane]) => {
      return { name, ...(typeof lane === 'string' ? { device: lane } : lane) };
    });
    document.set('lanes', document.createNode(named));
  }
  for (const part of ['schedules', 'notifications'] as const)
    if (changes[part] !== undefined) document.set(part, document.createNode(changes[part]));
  if (simulated !== undefined)
    document.setIn(['sources', 'simulated'], document.createNode(written(simulated)));
  return document.toString();
}

function written({ clock, ...rest }: AskedExchange): object {
  const iso = (time: string | number): string => new Date(time).toISOString();
  return {
    protocol: 'breeze',
    ...rest,
    ...(clock === undefined
      ? {}
      : { clock: { ...clock, real: iso(clock.real), exchange: iso(clock.exchange) } }),
  };
}
