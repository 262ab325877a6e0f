import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import { lightgbmPath, lightgbmVersion } from '../../shared/runtime/lightgbm/installed.ts';
import { withLock } from './lock.mjs';
import { type Progress, cachePath, findOnPath, runProgram } from './programs.ts';

/** The wheel of one system and what is in it. */
interface Wheel {
  /** The platform tag that pip asks the registry for. */
  readonly tag: string;
  readonly sha256: string;
  /** File name of the library inside. */
  readonly library: string;
  readonly librarySha256: string;
  readonly librarySizeBytes: number;
}

/** Digests of release 4.7.0, the same wherever its wheels are served. */
const wheels: Readonly<Record<string, Wheel>> = {
  'linux-x64': {
    tag: 'manylinux_2_28_x86_64',
    sha256: 'd23e922acd891e77212e4d0fbcee9ba973c96dee479491341d05ba595357ebb7',
    library: 'lib_lightgbm.so',
    librarySha256: '573d57e8a2c6290c2271b99b87afa7a802e796eafc9e8d66aefa0913cbc1616a',
    librarySizeBytes: 9_247_120,
  },
  'linux-arm64': {
    tag: 'manylinux2014_aarch64',
    sha256: 'd4529acec5c6fefe4768302a529707d0ead90f6a6f42df694b856212e09695b8',
    library: 'lib_lightgbm.so',
    librarySha256: '05ec49bad350009b9debd36769ef1cced2132cd93abfe3fe0b8aa116c4388052',
    librarySizeBytes: 8_085_632,
  },
  'darwin-x64': {
    tag: 'macosx_10_15_x86_64',
    sha256: 'dfc1cfe8e760387be1e7ba7a214688be21fdff96e4ed9749188f83e1877c2477',
    library: 'lib_lightgbm.dylib',
    librarySha256: 'a1ed021c00bffbc3fdf8e18944a9ae89b26bf299d81976a35680fec3e1bb7ac5',
    librarySizeBytes: 5_640_256,
  },
  'darwin-arm64': {
    tag: 'macosx_12_0_arm64',
    sha256: '129535462686f274df179133643118c5c5c5667167fe6c3a28d955f0b3c8e868',
    library: 'lib_lightgbm.dylib',
    librarySha256: 'bc392db609d97730a9ed2acec7a56529b356c03dfad39bebf689523fed7dff18',
    librarySizeBytes: 4_710_224,
  },
};

/**
 * The LightGBM library that would be used, or undefined where none is there yet. Changes nothing.
 *
 * @throws InputError if `LIGHTGBM_LIB` names no file, or no wheel exists for this system
 */
export function findLightgbm(): string | undefined {
  const named = process.env['LIGHTGBM_LIB'];
  if (named !== undefined && named !== '') {
    if (sizeOf(named) === undefined)
      throw new InputError(
        `LIGHTGBM_LIB names "${named}", which is no file; name a LightGBM library or unset it`,
      );
    return resolve(named);
  }
  const wheel = wheelOfThisSystem();
  // The file came into place whole and checked; its size tells a disk that lost a part of it.
  return sizeOf(lightgbmPath()) === wheel.librarySizeBytes ? lightgbmPath() : undefined;
}

/**
 * The path of a LightGBM library: the one named by `LIGHTGBM_LIB`, or else the one from the
 * released wheel, which is fetched with pip into `.cache` the first time.
 *
 * @throws InputError if Python or pip is missing, or what came is not the released wheel
 */
export async function ensureLightgbm(onProgress: Progress): Promise<string> {
  const found = findLightgbm();
  if (found !== undefined) return found;
  return withLock(
    cachePath('locks', 'lightgbm'),
    (holder) => onProgress(`waiting for ${holder}, which is fetching LightGBM`),
    async () => findLightgbm() ?? (await fetchLibrary(wheelOfThisSystem(), onProgress)),
  );
}

async function fetchLibrary(wheel: Wheel, onProgress: Progress): Promise<string> {
  // One name on every system: the loader looks at what is inside.
  const path = lightgbmPath();
  // Nobody else fetches meanwhile: what is there was left by one that was killed.
  const folder = join(dirname(path), 'fetch');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  onProgress(`fetching LightGBM ${lightgbmVersion} (3 MB)`);
  try {
    const python = findPython();
    const wanted = `lightgbm==${lightgbmVersion}`;
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-input', '-q'];
    await runPython(python, [...pip, `--platform=${wheel.tag}`, `--dest=${folder}`, wanted]);
    const file = readdirSync(folder).find((name) => name.endsWith('.whl')) ?? '';
    checkDigest(join(folder, file), wheel.sha256);
    await runPython(python, ['-m', 'zipfile', '-e', join(folder, file), folder]);
    const library = join(folder, 'lightgbm', 'lib', wheel.library);
    checkDigest(library, wheel.librarySha256);
    renameSync(library, path);
    return path;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findPython(): string {
  const python = findOnPath('python3') ?? findOnPath('python');
  if (python === undefined)
    throw new InputError(
      'LightGBM is fetched with "python3 -m pip", and PATH has no Python; install Python 3 with pip, ' +
        'or set LIGHTGBM_LIB to a LightGBM library',
    );
  return python;
}

async function runPython(python: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram(python, args);
  if (code === 0) return;
  const reason = stderr.trim().split('\n').at(-1) ?? '';
  throw new InputError(
    `LightGBM could not be fetched: "${python} ${args.slice(0, 3).join(' ')}" ended with "${code}", ` +
      `saying "${reason}"; mend that, or set LIGHTGBM_LIB to a LightGBM library`,
    { code, reason },
  );
}

/** @throws InputError if the file at `path` is not the one whose digest is pinned */
function checkDigest(path: string, sha256: string): void {
  const found = createHash('sha256').update(readFileSync(path)).digest('hex');
  if (found !== sha256)
    throw new InputError(
      `"${path}" has sha256 "${found}", expected "${sha256}" of the released wheel; ` +
        'ask whoever runs the package registry, or set LIGHTGBM_LIB to a LightGBM library',
      { found, expected: sha256 },
    );
}

function wheelOfThisSystem(): Wheel {
  const system = `${process.platform}-${process.arch}`;
  const wheel = wheels[system];
  if (wheel === undefined)
    throw new InputError(
      `LightGBM ${lightgbmVersion} has wheels for "${Object.keys(wheels).join('", "')}", this is ` +
        `"${system}"; build the library and set LIGHTGBM_LIB to it`,
      { system },
    );
  return wheel;
}

function sizeOf(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : undefined;
}
