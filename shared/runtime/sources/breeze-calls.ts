import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { asSenseQuantError } from '../../contracts/errors.ts';
import type { Clock } from '../clock.ts';
import type { Secret } from '../stack/secret.ts';
import { breezeError, judgedReply, type Reply } from './breeze-errors.ts';
import { outage } from './source.ts';

/** How calls of one source are made. */
export interface CallOptions {
  /** Name of the source, for messages. */
  readonly source: string;
  readonly clock: Clock;
  /** How long one call may take until its last byte, in milliseconds of this machine. */
  readonly timeoutMs: number;
  readonly appKey: Secret;
}

/** The broker takes a session for another's at random; the next call knows it again. */
const flakyTries = 3;

/**
 * Calls the broker until it answers other than by its flaky refusal, three times at most.
 *
 * @param session - the token that the call carries; no message quotes it, nor the app key
 * @param call - makes one call; its signal ends it at the time-out or at `signal`
 * @returns what the reply holds under `Success`
 * @throws SourceError if the broker cannot be reached, is too slow, or says to come back
 * @throws InputError if it refuses the app key or the question
 * @throws the reason of `signal` once that is aborted
 */
export async function callBreeze(
  { source, clock, timeoutMs, appKey }: CallOptions,
  session: Secret,
  signal: AbortSignal,
  call: (signal: AbortSignal) => Promise<Reply>,
): Promise<unknown> {
  for (let tries = 1; ; tries++) {
    const timeout = AbortSignal.timeout(timeoutMs);
    let reply: Reply;
    try {
      reply = await call(AbortSignal.any([signal, timeout]));
    } catch (error) {
      signal.throwIfAborted();
      if (asSenseQuantError(error) !== undefined) throw error;
      const broken = codeOf(error) ?? 'the connection broke off';
      throw outage(source, timeout.aborted ? `nothing within ${timeoutMs} ms` : broken);
    }
    const judged = judgedReply(reply);
    if ('success' in judged) return judged.success;
    if (judged.fault !== 'flaky' || tries === flakyTries)
      throw breezeError(source, judged.fault, hidden(judged.said, [session, appKey]), clock);
  }
}

/** Asks by GET with a body, which the session exchange wants and `fetch` refuses. */
export async function getWithBody(url: string, body: string, signal: AbortSignal): Promise<Reply> {
  return await new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(url, { method: 'GET', headers, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The broker's words without the secrets that it may send back. */
function hidden(said: string, secrets: readonly Secret[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret.reveal(), String(secret)), said);
}

/** No more of an error than its code: messages of the network may quote headers. */
function codeOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause)
    if ('code' in at && typeof at.code === 'string') return at.code;
  return undefined;
}
