import pino from 'pino';
import { stepNow } from './runs/telemetry.ts';

export type { Logger } from 'pino';

/**
 * One JSON line a fact, on stderr; ids are fields, never part of the sentence. What is said while a step
 * of a run is done carries the step's ids and is written into the run's log as well.
 *
 * @param role - which process speaks, e.g. `orchestrator` or `lane`
 * @param fields - what every line of it carries
 */
export function openLogger(
  role: string,
  fields: Readonly<Record<string, string>> = {},
): pino.Logger {
  const stderr = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      base: { role, ...fields },
      timestamp: pino.stdTimeFunctions.isoTime,
      mixin: () => ({ ...stepNow()?.ids }),
    },
    {
      write(line: string) {
        stderr.write(line);
        stepNow()?.take(line);
      },
    },
  );
}
