import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** @typedef {(line: string) => void} Say */

/**
 * Node as the project's own packages hold it, whatever the machine has.
 *
 * @param {string} root - the checkout
 */
export function nodePath(root) {
  return join(root, 'node_modules', 'node', 'bin', 'node');
}

/**
 * Whether the installed packages are those that `package.json` and its lock ask for.
 *
 * @param {string} root - the checkout
 */
export function arePackagesCurrent(root) {
  try {
    return readFileSync(stampPath(root), 'utf8') === wanted(root) && existsSync(nodePath(root));
  } catch {
    return false;
  }
}

/**
 * Installs the packages where they are missing or not current; says what it does while it lasts.
 *
 * @param {string} root - the checkout
 * @param {Say} say - receives one line at a time
 */
export async function ensurePackages(root, say) {
  if (arePackagesCurrent(root)) return;
  const { withLock } = await import('./lock.mjs');
  const lock = join(root, '.cache', 'locks', 'packages');
  await withLock(
    lock,
    (holder) => say(`waiting for ${holder}, which is installing the packages`),
    async () => {
      if (!arePackagesCurrent(root)) await install(root, say);
    },
  );
}

/**
 * @param {string} root
 * @param {Say} say
 */
async function install(root, say) {
  // npm takes a package that it was killed in the middle of for a whole one.
  if (existsSync(unfinishedPath(root)))
    rmSync(join(root, 'node_modules'), { recursive: true, force: true });
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const isFirst = !existsSync(nodePath(root));
  say(isFirst ? 'installing packages (about 900 MB, a minute)' : 'bringing packages up to date');
  const ticker = setInterval(() => say(`installing packages, ${seconds()} s so far`), 10_000);
  const ending = await runNpmTwice(root).finally(() => clearInterval(ticker));
  if (typeof ending === 'string')
    throw new Error(`npm install was stopped by "${ending}"; the next start begins it again`);
  // Where npm ends by itself it has put back what it found.
  rmSync(unfinishedPath(root));
  if (ending !== 0)
    throw new Error(`npm install ended with "${ending}"; mend what it says above and try again`);
  writeFileSync(stampPath(root), wanted(root));
  say(`installed packages in ${seconds()} s`);
}

/**
 * npm leaves out native parts that the Node it runs on is too old for, so what another Node has
 * installed is completed on the project's own.
 *
 * @param {string} root
 */
async function runNpmTwice(root) {
  const hadOwnNode = existsSync(nodePath(root));
  const ending = await runNpm(root);
  return ending === 0 && !hadOwnNode ? runNpm(root) : ending;
}

/**
 * `npm ci` fails where a registry lacks packages of other systems, as no lock made there can hold
 * them; `--no-save` keeps older npm from dropping fields of the lock that it does not know.
 *
 * @param {string} root
 * @returns {Promise<number | NodeJS.Signals>} how npm ended
 */
function runNpm(root) {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve, reject) => {
    // stdout belongs to the command that comes after: with --json it is one document.
    const npm = spawn('npm', args, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: npmEnvironment(root),
    });
    /** @type {NodeJS.Signals | undefined} */
    let stopped;
    /** @param {NodeJS.Signals} signal */
    const stop = (signal) => npm.kill((stopped = signal));
    process.on('SIGINT', stop).on('SIGTERM', stop);
    npm.on('spawn', () => writeFileSync(unfinishedPath(root), ''));
    npm.on('error', () =>
      reject(new Error('found no "npm" to install the packages with; install Node.js with npm')),
    );
    npm.on('exit', (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(stopped ?? signal ?? code ?? 1);
    });
  });
}

/**
 * npm runs on the project's own Node where it is there; onnxruntime's install script would fetch a
 * GPU build from outside the registry.
 *
 * @param {string} root
 */
function npmEnvironment(root) {
  const path = [process.env['PATH'] ?? ''];
  if (existsSync(nodePath(root))) path.unshift(dirname(nodePath(root)));
  return { ...process.env, PATH: path.join(delimiter), ONNXRUNTIME_NODE_INSTALL: 'skip' };
}

/**
 * A mark in `.cache`, where the lock has its folder, that npm has begun and not ended by itself.
 *
 * @param {string} root
 */
function unfinishedPath(root) {
  return join(root, '.cache', 'packages-unfinished');
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.sensequant');
}

/**
 * What the installed packages follow from, as it is: comparing 150 KB is faster than loading a hash.
 *
 * @param {string} root
 */
function wanted(root) {
  const files = ['package.json', 'package-lock.json'].map((name) =>
    readFileSync(join(root, name), 'utf8'),
  );
  return [`${process.platform}-${process.arch}`, ...files].join('\n');
}
