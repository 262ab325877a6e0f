import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { InputError, SourceError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import type { ArchiveFile } from './bhavcopy-files.ts';
import { bhavcopyAddress, bhavcopyDay, bhavcopyNames } from './bhavcopy-name.ts';

/** How archives are asked for. */
export interface DownloadOptions {
  /** Rest before the next request, in milliseconds; doubled after each refusal. Default 1,000. */
  readonly paceMs: number;
  /** Longest wait for one archive, in milliseconds. Default 30,000. */
  readonly timeoutMs: number;
  /** Requests for one archive before it is given up, at least 1. Default 3. */
  readonly attempts: number;
}

export const defaultDownloadOptions: DownloadOptions = {
  paceMs: 1000,
  timeoutMs: 30_000,
  attempts: 3,
};

/** Whether a path given by a person is an address. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/**
 * The archives that a pattern of addresses stands for, one a session.
 *
 * @throws InputError if the pattern does not name a daily archive by `{yyyy}`, `{MM}` or `{MMM}`,
 *   and `{dd}`
 */
export function archivesAt(pattern: string, sessions: readonly TradingDay[]): ArchiveFile[] {
  return sessions.map((day) => {
    const place = bhavcopyAddress(pattern, day);
    const name = URL.canParse(place) ? path.posix.basename(new URL(place).pathname) : '';
    if (bhavcopyDay(name) !== day)
      throw new InputError(
        `"${pattern}" names "${name}" for "${day}"; expected an address with {yyyy}, {MM} or ` +
          `{MMM}, and {dd}, of a file like ${bhavcopyNames}`,
      );
    return { place, name, day };
  });
}

/**
 * Makes a reader of archives at addresses: one request at a time, at a polite pace.
 *
 * @returns a function that gives an archive's bytes, or undefined where there is no such archive; it
 *   throws SourceError once the server has refused or failed as often as it is asked
 */
export function archiveReader(
  options: DownloadOptions,
): (file: ArchiveFile) => Promise<Uint8Array | undefined> {
  let notBefore = 0;
  return async ({ place }) => {
    let last = '';
    for (let attempt = 0; attempt < options.attempts; attempt++) {
      await setTimeout(Math.max(0, notBefore - performance.now()));
      const answer = await ask(place, options.timeoutMs);
      notBefore = performance.now() + options.paceMs * 2 ** attempt;
      if (typeof answer !== 'string') return answer.bytes;
      last = answer;
    }
    throw new SourceError(`"${place}" cannot be fetched: ${last}; try again later`);
  };
}

/** An answer's bytes, none where there is no such file; or what went wrong. */
async function ask(
  address: string,
  timeoutMs: number,
): Promise<{ readonly bytes: Uint8Array | undefined } | string> {
  try {
    const answer = await fetch(address, {
      signal: AbortSignal.timeout(timeoutMs),
      // The exchange lets requests without a name of a program hang.
      headers: { 'user-agent': 'Mozilla/5.0 (compatible; SenseQuant)', accept: '*/*' },
    });
    if (answer.ok) return { bytes: new Uint8Array(await answer.arrayBuffer()) };
    await answer.body?.cancel();
    return answer.status === 404 ? { bytes: undefined } : `the server answers "${answer.status}"`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message || message : message;
  }
}
