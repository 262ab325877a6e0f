import { errorRecord } from '../shared/contracts/errors.ts';
import { loggedStep, type LoggedStep } from '../shared/runtime/runs/telemetry.ts';
import type { ComputeWorld } from '../shared/runtime/world.ts';

/** pino's number of a warning. */
const warning = 40;

/**
 * Does a step inside the log of the run that it belongs to, and says there that it begins and how it
 * ends. A step of no run does without.
 *
 * @param step - the activity's name
 */
export async function inRunLog<Output>(
  world: ComputeWorld,
  input: unknown,
  { step, attempt }: { readonly step: string; readonly attempt: number },
  work: (lines: LoggedStep['lines']) => Promise<Output>,
): Promise<Output> {
  const { runId, window } = (input ?? {}) as {
    readonly runId?: unknown;
    readonly window?: unknown;
  };
  if (typeof runId !== 'string') return await work(() => []);
  const ids = { runId, ...(typeof window === 'string' && { window }), step, attempt };
  const logged = loggedStep(world.root, world.lane, ids, world.now);
  const began = performance.now();
  const seconds = (): number => Math.round(performance.now() - began) / 1000;
  logged.say('began');
  try {
    const output = await logged.run(() => work(logged.lines));
    logged.say('done', { seconds: seconds() });
    return output;
  } catch (error) {
    const { name, message } = errorRecord(error);
    logged.say(`failed: ${message}`, { class: name, seconds: seconds() }, warning);
    throw error;
  }
}
