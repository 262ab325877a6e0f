import { asSenseQuantError, InputError } from '../../contracts/errors.ts';
import { Secret } from '../stack/secret.ts';
import { callBreeze, getWithBody, type CallOptions } from './breeze-calls.ts';
import { outage } from './source.ts';

/** Where a session is exchanged. */
export interface ExchangeOptions extends CallOptions {
  /** Address before `/breezeapi/api/v1/…`. */
  readonly apiUrl: string;
}

/**
 * Exchanges the API session that a person's login yields for the day's session token.
 *
 * @param apiSession - `API_Session` of the address that the login ends at
 * @returns base64 of `user:session key`, as the header of every later call wants it
 * @throws InputError if the broker refuses the session or the app key
 * @throws SourceError if it cannot be reached, or is to be asked again later
 */
export async function exchangeSession(
  options: ExchangeOptions,
  apiSession: Secret,
): Promise<Secret> {
  const { source, apiUrl, appKey } = options;
  const url = `${apiUrl}/breezeapi/api/v1/customerdetails`;
  const body = JSON.stringify({ SessionToken: apiSession.reveal(), AppKey: appKey.reveal() });
  let success: unknown;
  try {
    success = await callBreeze(options, apiSession, new AbortController().signal, (signal) =>
      getWithBody(url, body, signal),
    );
  } catch (error) {
    if (asSenseQuantError(error)?.fields.wait !== 'session') throw error;
    throw new InputError(
      `"${source}" refuses this API session: it is used up, of another day or of another app; log ` +
        'in again and hand over the API_Session at the end of the address that the login ends at',
    );
  }
  const token =
    success !== null && typeof success === 'object' && 'session_token' in success
      ? success.session_token
      : undefined;
  if (typeof token === 'string' && /^[A-Za-z0-9+/]+={0,2}$/.test(token)) return new Secret(token);
  throw outage(source, 'it took the API session but gave no session token in base64');
}
