import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';
import { Secret } from '../stack/secret.ts';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const saltBytes = 16;
const tagBytes = 16;

/** The session token of a source, encrypted in the data root. */
export interface SessionToken {
  /** The file it is in, whether there is one or not. */
  readonly file: string;
  /**
   * Reads it; what another process has written meanwhile is seen.
   *
   * @returns undefined where none was ever handed over
   * @throws InputError if the key is missing or another
   * @throws DataError if the file is damaged
   */
  read(): Promise<Secret | undefined>;
  /**
   * Replaces it, whole or not at all.
   *
   * @throws InputError if the key is missing
   */
  write(token: Secret, at: EpochMs): Promise<void>;
}

/** The file as it is written; bytes in base64. */
interface Sealed {
  readonly schema: 1;
  readonly source: string;
  /** When the source gave the token, ISO 8601. */
  readonly at: string;
  readonly salt: string;
  readonly nonce: string;
  readonly tag: string;
  readonly sealed: string;
}

/**
 * Opens `state/session-<source>.json`: AES-256-GCM, its key by scrypt from the operator's secret key.
 *
 * @param secretKey - what `SENSEQUANT_SECRET_KEY` holds; absent where it is not set
 */
export function sessionToken(
  root: DataRoot,
  source: string,
  secretKey: Secret | undefined,
): SessionToken {
  const file = path.join(root.path, 'state', `session-${source}.json`);
  // A key takes scrypt 40 ms, and each request to a source needs the token.
  let last: { readonly sealed: Sealed; readonly token: Secret } | undefined;
  return {
    file,
    async read() {
      const sealed = await readSealed(file, source);
      if (sealed === undefined) return undefined;
      if (last?.sealed.tag === sealed.tag && last.sealed.sealed === sealed.sealed)
        return last.token;
      const token = await open(sealed, neededKey(secretKey));
      if (token === undefined)
        throw new InputError(
          `"${file}" does not open with this SENSEQUANT_SECRET_KEY; set the one it was written ` +
            `with, or ${handOver(source)}`,
        );
      last = { sealed, token };
      return token;
    },
    async write(token, at) {
      const sealed = await seal(token, neededKey(secretKey), source, new Date(at).toISOString());
      await writeWhole(file, `${JSON.stringify(sealed)}\n`);
    },
  };
}

/** How a person gives a source a new session. */
export function handOver(source: string): string {
  return `hand over a new session: npm run -s sensequant -- session --source ${source}`;
}

/** The operator's secret key, or an InputError that says how to make one. */
export function neededKey(secretKey: Secret | undefined): Secret {
  if (secretKey !== undefined) return secretKey;
  throw new InputError(
    'SENSEQUANT_SECRET_KEY is not set, and session tokens are kept encrypted by it; set it to a ' +
      'secret of your own, e.g. one that "openssl rand -base64 32" makes, and keep it; the same ' +
      'where "up" is started, whose processes read the session',
  );
}

async function seal(token: Secret, key: Secret, source: string, at: string): Promise<Sealed> {
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const encrypt = createCipheriv(cipher, await derive(key.reveal(), salt, keyBytes), nonce);
  encrypt.setAAD(boundTo(source, at));
  const sealed = Buffer.concat([encrypt.update(token.reveal(), 'utf8'), encrypt.final()]);
  return {
    schema: 1,
    source,
    at,
    salt: salt.toString('base64'),
    nonce: nonce.toString('base64'),
    tag: encrypt.getAuthTag().toString('base64'),
    sealed: sealed.toString('base64'),
  };
}

/** Undefined where the key is another, or a byte has changed: the cipher cannot tell which. */
async function open({ source, at, ...bytes }: Sealed, key: Secret): Promise<Secret | undefined> {
  const [salt, nonce, tag, sealed] = [bytes.salt, bytes.nonce, bytes.tag, bytes.sealed].map(
    (text) => Buffer.from(text, 'base64'),
  );
  const decrypt = createDecipheriv(cipher, await derive(key.reveal(), salt, keyBytes), nonce, {
    authTagLength: tagBytes,
  });
  decrypt.setAAD(boundTo(source, at));
  decrypt.setAuthTag(tag);
  try {
    return new Secret(Buffer.concat([decrypt.update(sealed), decrypt.final()]).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A token cannot be passed off as another source's, or as one of another time. */
function boundTo(source: string, at: string): Buffer {
  return Buffer.from(`sensequant session ${source} ${at}`);
}

async function readSealed(file: string, source: string): Promise<Sealed | undefined> {
  const value = await readJson(file).catch((error: unknown) => {
    if (error instanceof DataError) return null;
    throw error;
  });
  if (value === undefined) return undefined;
  const sealed = sealedOf(value, source);
  if (sealed !== undefined) return sealed;
  throw new DataError(
    `"${file}" should hold an encrypted session of "${source}" but is damaged; ${handOver(source)}`,
    { file },
  );
}

function sealedOf(value: unknown, source: string): Sealed | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const record = value as Partial<Record<keyof Sealed, unknown>>;
  const isBytes = (text: unknown, length?: number): boolean =>
    typeof text === 'string' &&
    (length === undefined ? text !== '' : Buffer.from(text, 'base64').length === length);
  const sound =
    record.schema === 1 &&
    record.source === source &&
    typeof record.at === 'string' &&
    isBytes(record.salt, saltBytes) &&
    isBytes(record.nonce, nonceBytes) &&
    isBytes(record.tag, tagBytes) &&
    isBytes(record.sealed);
  return sound ? (value as Sealed) : undefined;
}
