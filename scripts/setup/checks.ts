import { constants, existsSync, readFileSync } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lightgbmVersion } from '../../shared/runtime/lightgbm/installed.ts';
import { findLightgbm } from './lightgbm.ts';
import { arePackagesCurrent } from './packages.mjs';
import { findTemporal } from './temporal.ts';

/** What one part of the environment is like. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** What is there, in words. */
  readonly found: string;
  /** What to do; only where something is wrong. */
  readonly remedy?: string;
}

/** What `doctor` looks at besides the checkout. */
export interface DoctorOptions {
  /** Folder of the data root; need not exist yet. */
  readonly dataRoot: string;
  /** Ports that the stack would like to have. */
  readonly ports: readonly number[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bars, artifacts and the server's file of a year of daily runs. */
const wantedFreeBytes = 5e9;

/**
 * Looks at every part that the commands need, and changes nothing.
 *
 * @returns one entry a part, in the order in which they are needed
 */
export async function doctorChecks({ dataRoot, ports }: DoctorOptions): Promise<Check[]> {
  return [
    node(),
    packages(),
    await nativeModule('koffi'),
    await nativeModule('@duckdb/node-api'),
    await openMp(),
    await lightgbm(),
    await temporal(),
    await writable(dataRoot),
    await freeDisk(dataRoot),
    ...(await Promise.all(ports.map(portCheck))),
  ];
}

function node(): Check {
  const wanted = readFileSync(join(root, '.nvmrc'), 'utf8').trim();
  const ok = process.versions.node === wanted;
  const check = { name: 'node', ok, found: process.versions.node };
  return ok
    ? check
    : { ...check, remedy: `start it with npm run: the checkout brings "${wanted}"` };
}

function packages(): Check {
  const name = 'packages';
  if (arePackagesCurrent(root)) return { name, ok: true, found: 'as package-lock.json says' };
  return { name, ok: false, found: 'not as package-lock.json says', remedy: 'run npm install' };
}

async function nativeModule(name: string): Promise<Check> {
  try {
    await import(name);
    return { name, ok: true, found: 'loads' };
  } catch (error) {
    const remedy = 'remove node_modules and start again: it was installed for another system';
    return { name, ok: false, found: messageOf(error), remedy };
  }
}

/** LightGBM's threads; its absence is what a bare Linux machine fails with first. */
async function openMp(): Promise<Check> {
  const isMac = process.platform === 'darwin';
  const library = isMac ? 'libomp.dylib' : 'libgomp.so.1';
  const remedy = isMac ? 'brew install libomp' : 'apt-get install libgomp1 (dnf install libgomp)';
  return loadable('openmp', library, library, remedy);
}

async function lightgbm(): Promise<Check> {
  const name = 'lightgbm';
  try {
    const path = findLightgbm();
    if (path === undefined)
      return { name, ok: false, found: 'no library yet', remedy: 'sensequant up fetches it' };
    return await loadable(name, path, path, `use the library of release ${lightgbmVersion}`);
  } catch (error) {
    return { name, ok: false, found: messageOf(error), remedy: 'see what it says' };
  }
}

async function loadable(
  name: string,
  library: string,
  found: string,
  remedy: string,
): Promise<Check> {
  try {
    const { default: koffi } = await import('koffi');
    koffi.load(library).unload();
    return { name, ok: true, found };
  } catch (error) {
    return { name, ok: false, found: messageOf(error), remedy };
  }
}

async function temporal(): Promise<Check> {
  const name = 'temporal';
  try {
    const tool = await findTemporal();
    if (tool === undefined)
      return { name, ok: false, found: 'no server yet', remedy: 'sensequant up builds it with Go' };
    return { name, ok: true, found: `server ${tool.server} in "${tool.path}" (${tool.source})` };
  } catch (error) {
    return { name, ok: false, found: messageOf(error), remedy: 'see what it says' };
  }
}

async function writable(dataRoot: string): Promise<Check> {
  const name = 'data root';
  try {
    await access(existing(dataRoot), constants.W_OK);
    return { name, ok: true, found: `"${dataRoot}" is writable` };
  } catch {
    const remedy = 'name a folder of yours in SENSEQUANT_DATA';
    return { name, ok: false, found: `"${dataRoot}" is not writable`, remedy };
  }
}

async function freeDisk(dataRoot: string): Promise<Check> {
  const { bavail, bsize } = await statfs(existing(dataRoot));
  const ok = bavail * bsize >= wantedFreeBytes;
  const check = { name: 'disk', ok, found: `${((bavail * bsize) / 1e9).toFixed(1)} GB free` };
  const remedy = `free ${wantedFreeBytes / 1e9} GB, or name a folder on another disk in SENSEQUANT_DATA`;
  return ok ? check : { ...check, remedy };
}

/** A taken port is no fault: the stack takes the next free one. */
async function portCheck(port: number): Promise<Check> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const probe = createServer().once('error', () => resolve(false));
  probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  const found = (await promise) ? 'free' : 'taken; the next free one is used';
  return { name: `port ${port}`, ok: true, found };
}

/** The folder itself, or the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) ? folder : existing(dirname(folder));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
