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

/** What a stack of its own has otherwise than the file it is copied from. */
export interface StackChanges {
  readonly simulated?: AskedExchange;
  /** CPU lanes, or all lanes by name and device. */
  readonly lanes?: number | Readonly<Record<string, string>>;
}

/** The text of a stack file with some of it changed; comments stay. */
export function stackText(text: string, { simulated, lanes }: StackChanges): string {
  const document = parseDocument(text);
  if (lanes !== undefined) {
    const devices =
      typeof lanes === 'number'
        ? Array.from({ length: lanes }, (_, lane) => [`cpu${lane}`, 'cpu'])
        : Object.entries(lanes);
    const named = devices.map(([name, device]) => ({ name, device }));
    document.set('lanes', document.createNode(named));
  }
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
