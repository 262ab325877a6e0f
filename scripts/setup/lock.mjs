import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const refreshMs = 5_000;
const staleMs = 60_000;
const pollMs = 250;

/**
 * Does `work` while no other process of this checkout does it.
 *
 * The holder touches the file every few seconds, so what a killed holder left is taken over: at
 * once where its process is known to be gone, after a minute where it ran in another container.
 *
 * @template T
 * @param {string} path - the lock's file; its folder is made
 * @param {(holder: string) => void} onWait - called once where somebody else holds the lock
 * @param {() => Promise<T>} work - what to do while holding it
 * @returns {Promise<T>} what `work` returned
 */
export async function withLock(path, onWait, work) {
  mkdirSync(dirname(path), { recursive: true });
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  let told = false;
  while (!take(path, owner)) {
    const holder = read(path);
    if (holder !== undefined && isStale(path, holder)) {
      release(path, holder);
      continue;
    }
    if (holder !== undefined && !told) onWait(`process "${holder.split(' ')[0]}"`);
    told ||= holder !== undefined;
    await wait(pollMs);
  }
  const refresh = setInterval(() => touch(path), refreshMs);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    release(path, owner);
  }
}

/**
 * A link appears with its content or not at all, so nobody reads a lock without an owner.
 *
 * @param {string} path
 * @param {string} owner
 */
function take(path, owner) {
  const own = `${path}.${randomUUID()}`;
  writeFileSync(own, owner);
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Moves the lock aside and looks before deleting: of two that find it stale, the later one may have
 * moved what the other has just taken, and puts it back.
 *
 * @param {string} path
 * @param {string} owner
 */
function release(path, owner) {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
    if (read(aside) !== owner) linkSync(aside, path);
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
  rmSync(aside, { force: true });
}

/**
 * @param {string} path
 * @param {string} holder
 */
function isStale(path, holder) {
  const [pid, host] = holder.split(' ');
  if (host === hostname() && !isAlive(Number(pid))) return true;
  try {
    return Date.now() - statSync(path).mtimeMs > staleMs;
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isCode(error, 'EPERM');
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @param {string} path */
function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch (error) {
    if (!isCode(error, 'ENOENT')) throw error;
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
function isCode(error, code) {
  return error instanceof Error && 'code' in error && error.code === code;
}
