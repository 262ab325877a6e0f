import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished, describe, expect, test } from 'vitest';

const entry = path.resolve(import.meta.dirname, '..', 'sensequant.ts');

interface Served {
  readonly url: string;
  readonly appKey: string;
  readonly apiSession: string;
  readonly clock: { readonly exchange: string; readonly scale: number };
}

describe('exchange', () => {
  test('serves until Ctrl-C, on a clock of its own, and then says what was asked', async () => {
    const args = ['--symbols', 'RELIANCE', '--from', '2025-10-24T16:00', '--scale', '60', '--json'];
    const child = spawn(process.execPath, [entry, 'exchange', ...args]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(child, 'close');

    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const served = JSON.parse(line) as Served;
    const login = await fetch(`${served.url}/simulator/login`);
    const history = new URLSearchParams({
      interval: '1day',
      from_date: '2025-10-24T00:00:00.000Z',
      to_date: '2025-10-24T23:59:59.000Z',
      stock_code: 'RELIND',
      exch_code: 'NSE',
      product_type: 'cash',
    });
    const refused = await fetch(`${served.url}/api/v2/historicalcharts?${history.toString()}`, {
      headers: { apikey: served.appKey, 'X-SessionToken': 'none' },
    });
    child.kill('SIGINT');
    const [code] = (await ended) as [number | null];

    expect(served).toMatchObject({
      schema: 1,
      apiSession: expect.stringMatching(/^20251024/),
      clock: { exchange: '2025-10-24T16:00:00.000+05:30', scale: 60 },
    });
    expect(await login.json()).toMatchObject({ apiSession: served.apiSession });
    expect(await refused.json()).toMatchObject({ Error: 'Invalid session.' });
    expect(said).toContain('1 calls: 1 invalid-session; 0 candles, 0 requests answered twice');
    expect(code).toBe(0);
  });

  test.each([
    [['--symbols', 'OBEROI'], 'did you mean "OBEROIRLTY"?'],
    [['--port', '99999'], '--port "99999" is no port'],
    [['--scale', '0'], '--scale "0" is no number above 0'],
    [['--fault', 'earthquake=1'], '"earthquake=1" is no fault; expected a share like'],
    [['--split', 'TCS:x:2', '--symbols', 'TCS'], '"TCS:x:2" is no split'],
  ])('refuses %j', async (args, message) => {
    const child = spawn(process.execPath, [entry, 'exchange', ...args]);
    onTestFinished(() => void child.kill('SIGKILL'));
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));

    const [code] = (await once(child, 'close')) as [number | null];

    expect(said).toContain(message);
    expect(code).toBe(1);
  });
});
