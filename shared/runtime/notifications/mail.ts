import { InputError, SourceError } from '../../contracts/errors.ts';
import { sha256 } from '../files/digest.ts';
import type { Secret } from '../stack/secret.ts';
import { neededSecret, type Notice } from './notice.ts';

/** People who are told by mail. */
export interface MailChannel {
  readonly kind: 'smtp';
  readonly host: string;
  readonly port: number;
  /** `always` from the first byte; `starttls` before anything is said; `never` on this machine alone. */
  readonly tls: 'always' | 'starttls' | 'never';
  readonly from: string;
  readonly to: readonly string[];
  readonly userEnv?: string;
  readonly user?: Secret;
  readonly passwordEnv?: string;
  readonly password?: Secret;
}

const timeoutMs = 30_000;

/**
 * Mails a notice. Its Message-ID follows from the key, so that a mail that comes twice can be told.
 *
 * @throws InputError if the server refuses for good (5xx), the login among it
 * @throws SourceError if it does not answer, or says to come again (4xx)
 */
export async function mail(channel: MailChannel, { key, subject, text }: Notice): Promise<void> {
  const { host, port, tls, from, to } = channel;
  const user = neededSecret(channel.user, channel.userEnv);
  const pass = neededSecret(channel.password, channel.passwordEnv);
  // Loaded where a mail is sent, and nowhere else.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: tls === 'always',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'never',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    ...(user === undefined ? {} : { auth: { user: user.reveal(), pass: pass?.reveal() ?? '' } }),
  });
  try {
    const messageId = `<${sha256(key).slice(0, 32)}@sensequant>`;
    const headers = { 'X-Idempotency-Key': key };
    await transport.sendMail({ from, to: [...to], subject, text, messageId, headers });
  } catch (error) {
    const code = responseCodeOf(error);
    const place = `the mail server at "${host}:${port}"`;
    if (code !== undefined && code >= 500)
      throw new InputError(
        `${place} refuses a notice with "${code}"; see its login and addresses under "notifications"`,
        {},
        { cause: error },
      );
    throw new SourceError(
      code === undefined ? `${place} does not answer` : `${place} says to come again, "${code}"`,
      {},
      { cause: error },
    );
  } finally {
    transport.close();
  }
}

function responseCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
    ? error.responseCode
    : undefined;
}
