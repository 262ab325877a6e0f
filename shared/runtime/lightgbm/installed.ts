import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { checkout } from '../stack/config.ts';
import { sha256 } from '../files/digest.ts';

/** The release whose library the set-up installs, and whose text format and parameters we know. */
export const lightgbmVersion = '4.7.0';

/**
 * Where the library is.
 *
 * @param configured - a library of the operator's own (`LIGHTGBM_LIB`); else the set-up's
 */
export function lightgbmPath(configured?: string): string {
  const own = path.join(checkout, '.cache', 'lightgbm', lightgbmVersion, 'lib_lightgbm.so');
  return configured ?? own;
}

/**
 * What the library is called in keys. The set-up's own is its release; of any other only the bytes
 * are known, and two builds of one release may fit differently.
 */
export async function lightgbmIdentity(configured?: string): Promise<string> {
  if (configured === undefined) return lightgbmVersion;
  const bytes = await readFile(configured).catch(() => undefined);
  return bytes === undefined ? lightgbmVersion : `${lightgbmVersion}+${sha256(bytes).slice(0, 16)}`;
}
