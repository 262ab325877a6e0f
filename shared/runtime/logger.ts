import pino from 'pino';

export type { Logger } from 'pino';

/**
 * One JSON line a fact, on stderr; ids are fields, never part of the sentence.
 *
 * @param role - which process speaks, e.g. `orchestrator` or `lane`
 * @param fields - what every line of it carries
 */
export function openLogger(
  role: string,
  fields: Readonly<Record<string, string>> = {},
): pino.Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino({ base: { role, ...fields }, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}
