/** What goes back to a caller. */
export interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'text/html';
  readonly body: string;
  /** For the ledger. */
  readonly outcome: string;
}

/** Success as Breeze says it. */
export function success(outcome: string, value: unknown): Answer {
  return json(outcome, 200, { Error: null, Status: 200, Success: value });
}

/** A failure as Breeze says it: in the body; HTTP says 200 but for quotas. */
export function failure(outcome: string, error: string, status = 500, http = 200): Answer {
  return json(outcome, http, { Success: null, Status: status, Error: error });
}

/** Any JSON. */
export function json(outcome: string, status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value), outcome };
}

/** What the machines in front of Breeze say when it is away. */
function html(outcome: string, status: number, title: string): Answer {
  const heading = `${status} ${title}`;
  const body = `<html>\r\n<head><title>${heading}</title></head>\r\n<body>\r\n<center><h1>${heading}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { status, type: 'text/html', body, outcome };
}

/** The bodies that Breeze's callers have seen. */
export const refusals = {
  minute: failure('minute-quota', 'Limit exceed: API call per minute:Try after some time', 5, 401),
  day: failure('day-quota', 'Limit exceed: API call per day: ', 5, 401),
  expired: failure('expired-session', 'Resource not available.'),
  unknownSession: failure('invalid-session', 'Invalid session.'),
  unknownKey: failure('unknown-key', 'Public Key does not exist.'),
  'flaky-auth': failure('flaky-auth', 'Invalid User Details'),
  'service-error': failure(
    'service-error',
    'Error while calling service, Please contact admin (T2:155)',
  ),
  'bad-gateway': html('bad-gateway', 502, 'Bad Gateway'),
  unavailable: html('unavailable', 503, 'Service Temporarily Unavailable'),
  'invalid-json': {
    status: 200,
    type: 'application/json',
    body: '{"Error":null,"Status":200,"Success":[{"close":12',
    outcome: 'invalid-json',
  },
  empty: success('empty', []),
} as const satisfies Record<string, Answer>;
