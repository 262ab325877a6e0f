import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../contracts/time.ts';
import type { Clock } from '../clock.ts';
import { breezeError, judgedReply } from './breeze-errors.ts';

const refusal = (Error: string, Status = 500): string =>
  JSON.stringify({ Success: null, Status, Error });

describe('judgedReply', () => {
  // The bodies as callers of Breeze have seen them, with the issue where one reported it.
  test.each([
    [
      '#114',
      401,
      refusal('Limit exceed: API call per minute:Try after some time', 5),
      'minute-quota',
    ],
    ['#114', 200, refusal('Limit exceed: API call per day: ', 5), 'day-quota'],
    ['#210', 200, refusal('Resource not available.'), 'session'],
    ['a wrong token', 200, refusal('Invalid session.'), 'session'],
    ['the words of its SDK', 200, refusal('Session key is expired.'), 'session'],
    ['a wrong app key', 200, refusal('Public Key does not exist.'), 'app-key'],
    ['#39', 200, refusal('Invalid User Details'), 'flaky'],
    ['#187', 200, refusal('Error while calling service, Please contact admin (T2:155)'), 'outage'],
    ['an unmapped code', 200, refusal('Result Not Found'), 'unknown-code'],
    ['a gateway', 502, '<html><head><title>502 Bad Gateway</title></head></html>', 'outage'],
    ['maintenance', 503, '\r\n<!DOCTYPE html><p>Scheduled</p>', 'outage'],
    ['a proxy’s limit', 429, '<html>429 Too Many Requests</html>', 'outage'],
    ['#171', 200, '{"Error":null,"Status":200,"Success":[{"close":12', 'outage'],
    ['nothing', 200, '', 'outage'],
    ['a bare null', 200, 'null', 'outage'],
    ['neither rows nor a refusal', 200, '{"Success":null,"Status":200,"Error":null}', 'outage'],
    ['words nobody has met', 200, refusal('Something else'), 'outage'],
    ['words nobody has met about who asks', 401, refusal('IP not registered'), 'session'],
    ['no such address', 404, refusal('Resource not available.', 404), 'outage'],
  ])('knows %s (HTTP %i, %j) as "%s"', (_, status, text, fault) => {
    expect(judgedReply({ status, text })).toMatchObject({ fault });
  });

  test('takes "No Data Found" for an answer without rows', () => {
    expect(judgedReply({ status: 200, text: refusal('No Data Found', 404) })).toEqual({
      success: [],
    });
  });

  test('gives what stands under Success, an empty list too', () => {
    const text = JSON.stringify({ Success: [], Status: 200, Error: null });

    expect(judgedReply({ status: 200, text })).toEqual({ success: [] });
  });
});

describe('breezeError', () => {
  const noon = Date.parse('2024-01-02T12:00:20+05:30');
  const at = (ms: number, scale = 1): Clock => Object.assign(() => ms as EpochMs, { scale });

  test('waits for a little after the minute that follows', () => {
    const { fields } = breezeError('breeze', 'minute-quota', 'Limit', at(noon));

    expect(fields).toMatchObject({ source: 'breeze', wait: 'minute-quota' });
    expect(fields.afterMs).toBeGreaterThanOrEqual(40_000);
    expect(fields.afterMs).toBeLessThan(41_000);
  });

  test.each([
    ['at noon', '2024-01-02T12:00:00+05:30', '2024-01-03T00:05:00+05:30'],
    ['just after midnight', '2024-01-02T00:04:00+05:30', '2024-01-02T00:05:00+05:30'],
    ['at 00:05', '2024-01-02T00:05:00+05:30', '2024-01-03T00:05:00+05:30'],
    ['over a new year', '2024-12-31T23:59:59+05:30', '2025-01-01T00:05:00+05:30'],
  ])('waits %s for the next 00:05 at the exchange', (_, now, until) => {
    const ms = Date.parse(now);

    const { fields } = breezeError('breeze', 'day-quota', 'Limit', at(ms));

    expect(fields).toMatchObject({ wait: 'day-quota', afterMs: Date.parse(until) - ms });
  });

  test('waits by this machine’s clock where the exchange’s runs faster', () => {
    const { fields } = breezeError('simulated', 'day-quota', 'Limit', at(noon, 600));

    expect(fields.afterMs).toBe(Math.ceil((12 * 3_600_000 + 5 * 60_000 - 20_000) / 600));
  });

  test.each([
    ['session', 'SourceError', 'hand over a new session: npm run -s sensequant -- session'],
    ['outage', 'SourceError', 'asked again later'],
    ['flaky', 'SourceError', 'asked again later'],
    ['app-key', 'InputError', 'correct BREEZE_APP_KEY'],
    ['unknown-code', 'InputError', "correct the instrument's"],
  ] as const)('says who must act on "%s"', (fault, name, words) => {
    const error = breezeError('breeze', fault, 'its words', at(noon));

    expect(error.name).toBe(name);
    expect(error.message).toContain('"breeze" refused: "its words"');
    expect(error.message).toContain(words);
    if (name === 'SourceError')
      expect(error.fields.wait).toBe(fault === 'session' ? 'session' : 'outage');
  });
});
