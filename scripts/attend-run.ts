import { answer, say } from './output.ts';
import type { StartedRun } from './run-client.ts';

/** The shell's code for a command ended by Ctrl-C. */
const interrupted = 130;

/** How the end of a run is awaited and told. */
export interface AttendOptions<Report> {
  /** What it is called: `run` or `backfill`. */
  readonly what: string;
  /** Whether somebody stays until it ends. */
  readonly wait: boolean | undefined;
  readonly json: boolean | undefined;
  follow(runId: string): Promise<Report>;
  text(report: Report): string;
  exitCode(report: Report): number;
}

/** Has Ctrl-C end the command, saying how to come back to what goes on. */
export function leaveOnInterrupt(words: string): void {
  process.once('SIGINT', () => {
    say(words);
    process.exit(interrupted);
  });
}

/** Says of a started run how to come back to it, or stays until it ends; Ctrl-C leaves it running. */
export async function attendRun<Report>(
  { runId, attached }: StartedRun,
  { what, wait, json, follow, text, exitCode }: AttendOptions<Report>,
): Promise<void> {
  const back = `npm run -s sensequant -- status ${runId} --watch`;
  leaveOnInterrupt(`${what} ${runId} goes on; come back to it: ${back}`);
  say(`${attached ? 'attached to' : 'started'} ${what} ${runId}`);
  if (wait !== true) {
    answer(json, { schema: 1, runId, attached }, () => `follow it: ${back}`);
    return;
  }
  const report = await follow(runId);
  answer(json, report, () => text(report));
  process.exitCode = exitCode(report);
}
