/**
 * What the Temporal UI and CLI can list by. Set at start, updated once at a workflow's end.
 * Dates are midnight UTC. `RunId` is a system name, hence `Run`.
 */
export const searchAttributes = {
  Run: 'Keyword',
  Symbol: 'Keyword',
  Interval: 'Keyword',
  Stage: 'Keyword',
  Outcome: 'Keyword',
  Reason: 'Keyword',
  Lane: 'Keyword',
  ReplayOf: 'Keyword',
  Waiting: 'Keyword',
  WindowFrom: 'Datetime',
  WindowTo: 'Datetime',
  AsOf: 'Datetime',
} as const;
