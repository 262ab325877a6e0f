import { InputError, SourceError } from '../../contracts/errors.ts';
import type { Secret } from '../stack/secret.ts';
import { neededSecret, type Notice } from './notice.ts';

/** A program that is told by `POST`. */
export interface WebhookChannel {
  readonly kind: 'webhook';
  readonly url: string;
  /** The variable that holds the token, and what it held. */
  readonly tokenEnv?: string;
  readonly token?: Secret;
}

const timeoutMs = 30_000;

/**
 * Posts a notice as JSON: `{ schema: 1, key, subject, text, ... }`, the key also as `Idempotency-Key`.
 *
 * @throws InputError if the answer says that it is wrong (4xx but 408, 425 and 429)
 * @throws SourceError if there is no answer, or one that may be better later; `afterMs` as it says
 */
export async function callWebhook(
  { url, token, tokenEnv }: WebhookChannel,
  { key, subject, text, facts }: Notice,
  signal: AbortSignal,
): Promise<void> {
  const secret = neededSecret(token, tokenEnv);
  const place = new URL(url).host;
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(secret === undefined ? {} : { authorization: `Bearer ${secret.reveal()}` }),
      },
      body: JSON.stringify({ schema: 1, key, subject, text, facts }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      redirect: 'error',
    });
    // What it says is nothing to us; unread, it would hold the connection.
    await response.arrayBuffer();
  } catch (cause) {
    signal.throwIfAborted();
    throw new SourceError(`the webhook at "${place}" does not answer`, {}, { cause });
  }
  const { ok, status } = response;
  if (ok) return;
  const said = `the webhook at "${place}" answers "${status}"`;
  if (status >= 500 || [408, 425, 429].includes(status)) {
    const seconds = Number(response.headers.get('retry-after') ?? NaN);
    throw new SourceError(said, seconds > 0 ? { afterMs: seconds * 1000 } : {});
  }
  throw new InputError(`${said} to a notice; see its address and token under "notifications"`);
}
