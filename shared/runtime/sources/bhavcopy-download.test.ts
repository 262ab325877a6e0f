import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError, SourceError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { archiveReader, archivesAt, isAddress } from './bhavcopy-download.ts';
import type { ArchiveFile } from './bhavcopy-files.ts';

/** A server of its own for one test; its address. */
async function server(listener: RequestListener): Promise<string> {
  const http = createServer(listener).listen(0, '127.0.0.1');
  onTestFinished(() => void http.close());
  await once(http, 'listening');
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

const options = { paceMs: 1, timeoutMs: 2000, attempts: 3 };
const archive = (place: string): ArchiveFile => ({
  place,
  name: 'cm05JUL2024bhav.csv',
  day: '2024-07-05' as TradingDay,
});

describe('archivesAt', () => {
  const days = ['2024-07-04', '2024-07-05'] as TradingDay[];

  test('names one archive a session', () => {
    expect(archivesAt('https://x/{yyyy}/{MMM}/cm{dd}{MMM}{yyyy}bhav.csv.zip?a=b', days)).toEqual([
      {
        place: 'https://x/2024/JUL/cm04JUL2024bhav.csv.zip?a=b',
        name: 'cm04JUL2024bhav.csv.zip',
        day: '2024-07-04',
      },
      {
        place: 'https://x/2024/JUL/cm05JUL2024bhav.csv.zip?a=b',
        name: 'cm05JUL2024bhav.csv.zip',
        day: '2024-07-05',
      },
    ]);
  });

  test.each([
    'https://x/BhavCopy_NSE_CM_0_0_0_20240704_F_0000.csv',
    'https://x/cm{dd}{MMMM}{yyyy}bhav.csv.zip',
    'https://x/{yyyy}/{MM}/{dd}.zip',
    'https://',
  ])('refuses %s', (pattern) => {
    expect(() => archivesAt(pattern, days)).toThrow(InputError);
    expect(() => archivesAt(pattern, days)).toThrow('expected an address with {yyyy}');
  });

  test('knows an address from a path', () => {
    expect(['https://x/y', 'HTTP://x'].every(isAddress)).toBe(true);
    expect(['/data/x', 'http', 'ftp://x'].some(isAddress)).toBe(false);
  });
});

describe('archiveReader', () => {
  test('gives the bytes, under the name of a program', async () => {
    const agents: (string | undefined)[] = [];
    const at = await server((request, answer) => {
      agents.push(request.headers['user-agent']);
      answer.end('bytes');
    });

    const bytes = await archiveReader(options)(archive(`${at}/a`));

    expect(new TextDecoder().decode(bytes)).toBe('bytes');
    expect(agents[0]).toContain('SenseQuant');
  });

  test('gives nothing where the server has no such archive, and asks once', async () => {
    let requests = 0;
    const at = await server((_, answer) => {
      requests++;
      answer.writeHead(404).end();
    });

    expect(await archiveReader(options)(archive(`${at}/a`))).toBeUndefined();
    expect(requests).toBe(1);
  });

  test('asks again after a failure, three times in all, and says what was wrong', async () => {
    const answers = [503, 429, 200];
    let requests = 0;
    const at = await server((request, answer) => {
      requests++;
      answer.writeHead(request.url === '/busy' ? 503 : (answers.shift() ?? 200)).end('late');
    });
    const read = archiveReader(options);

    expect(await read(archive(`${at}/late`))).toHaveLength(4);
    const busy = read(archive(`${at}/busy`));

    await expect(busy).rejects.toThrow(SourceError);
    await expect(busy).rejects.toThrow(`"${at}/busy" cannot be fetched: the server answers "503"`);
    expect(requests).toBe(6);
  });

  test('rests between requests', async () => {
    const times: number[] = [];
    const at = await server((_, answer) => {
      times.push(performance.now());
      answer.end('x');
    });
    const read = archiveReader({ ...options, paceMs: 60 });

    for (let i = 0; i < 3; i++) await read(archive(`${at}/a`));

    // A timer of Node's may fire a millisecond early.
    for (let i = 1; i < 3; i++) expect(times[i] - times[i - 1]).toBeGreaterThan(58);
  });

  test('says why a server cannot be reached, or does not answer in time', async () => {
    const silent = await server(() => {});
    const quick = { paceMs: 1, timeoutMs: 50, attempts: 1 };

    await expect(archiveReader(quick)(archive(`${silent}/a`))).rejects.toThrow('timeout');
    await expect(archiveReader(quick)(archive('http://127.0.0.1:1/a'))).rejects.toThrow(
      SourceError,
    );
  });
});
