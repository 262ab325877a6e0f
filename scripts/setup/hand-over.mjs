import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** npm repeats a signal that the whole group got: what comes again this soon is the same one. */
const sameSignalMs = 500;

/**
 * Runs another program in this one's place: its streams, its signals, its end.
 *
 * The program stays in this process's group, so that it can read from the terminal and dies with the
 * group. A Ctrl-C therefore reaches it from the terminal itself and is not passed on.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function handOver(program, args, env) {
  const child = spawn(program, args, { stdio: 'inherit', env });
  const sentAt = { SIGINT: -Infinity, SIGTERM: -Infinity };
  /** @param {'SIGINT' | 'SIGTERM'} signal */
  const pass = (signal) => {
    const isRepeated = Date.now() - sentAt[signal] < sameSignalMs;
    sentAt[signal] = Date.now();
    if (!isRepeated && !(signal === 'SIGINT' && hasTerminal())) child.kill(signal);
  };
  process.on('SIGINT', pass).on('SIGTERM', pass);
  child.on('error', (error) => {
    console.error(`could not start "${program}": ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Whether this process's group is the one that a terminal's Ctrl-C goes to. */
function hasTerminal() {
  try {
    // pid (name) state ppid group session terminal foreground-group; the name may hold anything.
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return group === foreground;
  } catch {
    return process.stdin.isTTY || process.stderr.isTTY;
  }
}
