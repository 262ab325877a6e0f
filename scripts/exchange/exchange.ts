import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { InputError } from '../../shared/contracts/errors.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { Account } from './account.ts';
import type { Answer } from './answers.ts';
import { openBroker } from './broker.ts';
import { defaultFaults, type CallFault, type Faults } from './faults.ts';
import type { Calls } from './ledger.ts';
import { defaultExchangeOptions, type ExchangeOptions } from './options.ts';

/** An exchange that answers. */
export interface RunningExchange {
  /** Of all its endpoints: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly account: Account;
  /** The API session token of now, as a person finds it after logging in in a browser. */
  apiSession(): string;
  /** What was asked so far. */
  calls(): Calls;
  /** Lets a fault befall the next `times` calls, before any by seed. */
  next(fault: CallFault, times?: number): void;
  /** Ends it, held connections too. */
  stop(): Promise<void>;
}

/**
 * Serves a simulated exchange on loopback in Breeze's protocol.
 *
 * @throws InputError if two instruments have one code, the port is taken, or the clock shows a day
 *   outside the calendar
 */
export async function startExchange(
  given: Pick<ExchangeOptions, 'calendar' | 'instruments'> & Partial<ExchangeOptions>,
): Promise<RunningExchange> {
  const options = { ...defaultExchangeOptions, from: given.calendar.from, ...given };
  const { account, calendar, clock } = options;
  if (!calendar.covers(dayOf(clock())))
    throw new InputError(
      `the exchange's clock shows "${dayOf(clock())}", outside its calendar, which covers ` +
        `"${calendar.from}" to "${addDays(calendar.to, -1)}"`,
      { from: calendar.from, to: calendar.to },
    );
  const faults: Faults = { ...defaultFaults, ...options.faults };
  const broker = openBroker({ ...options, faults });
  const server = createServer((request, response) => {
    void text(request).then(
      (body) => {
        const answer = broker.answer(request, body, clock());
        if (answer === 'time-out') hold(response, faults.holdMs);
        else send(response, answer);
      },
      // Whoever asked has died while asking.
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  }).catch((error: unknown) => {
    const { message } = error as Error;
    throw new InputError(
      `the exchange cannot be served on port "${options.port}": ${message}; leave the port out, ` +
        `and a free one is taken`,
    );
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    account,
    apiSession: () => broker.apiSession(clock()),
    calls: broker.calls,
    next: broker.next,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}

function hold(response: ServerResponse, holdMs: number): void {
  const timer = setTimeout(() => response.destroy(), holdMs);
  response.once('close', () => clearTimeout(timer));
}
