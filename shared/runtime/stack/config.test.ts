import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { checkout, parseStackFile, readConfig } from './config.ts';
import { scratchFolder } from '../scratch.fixture.ts';

/** Line numbers stand at its ends. */
const stackFile = `temporal:
  namespace: sensequant
  retentionDays: 90
  devServer: # 4
    port: 7233
    uiPort: 8233
    sqlitePragmas: { journal_mode: WAL }
    dynamicConfig: # 8
      matching.numTaskqueueReadPartitions: 1
lanes: # 10
  - { name: cpu0, device: cpu }
  - name: cpu1
    device: cpu # 13
`;

function faultOf(text: string): string {
  try {
    parseStackFile('stack.yaml', text);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'none';
}

async function written(text: string): Promise<string> {
  const file = path.join(scratchFolder(), 'stack.yaml');
  await writeFile(file, text);
  return file;
}

describe('parseStackFile', () => {
  test('gives back what the file says', () => {
    expect(parseStackFile('stack.yaml', stackFile)).toMatchObject({
      temporal: {
        namespace: 'sensequant',
        retentionDays: 90,
        devServer: {
          port: 7233,
          uiPort: 8233,
          sqlitePragmas: { journal_mode: 'WAL' },
          dynamicConfig: { 'matching.numTaskqueueReadPartitions': 1 },
        },
      },
      lanes: [
        { name: 'cpu0', device: 'cpu' },
        { name: 'cpu1', device: 'cpu' },
      ],
    });
  });

  test.each([
    ['retentionDays', 'retention', 3, 'temporal.retention', 'is not a key of this file; remove it'],
    ['uiPort: 8233', 'uiPort: 0', 6, 'temporal.devServer.uiPort', 'Too small'],
    ['port: 7233', 'port: "7233"', 5, 'temporal.devServer.port', 'expected number'],
    ['    port: 7233\n', '', 4, 'temporal.devServer.port', 'expected number, received undefined'],
    ['e: sensequant', 'e: Sense', 2, 'temporal.namespace', 'must be lower case'],
    ['name: cpu1', 'name: left', 12, 'lanes.1.name', 'must be like "cpu0" or "gpu0"'],
    ['name: cpu1', 'name: gpu1', 12, 'lanes.1.name', 'must be like "cpu0"'],
    ['device: cpu #', 'device: opencl:0:0 #', 12, 'lanes.1.name', 'must be like "gpu0"'],
    ['device: cpu #', 'device: tpu #', 13, 'lanes.1.device', 'must be "cpu", "opencl:<platform>'],
    ['device: cpu #', 'device: opencl:0 #', 13, 'lanes.1.device', 'must be "cpu"'],
    ['device: cpu #', 'device: opencl:0:01 #', 13, 'lanes.1.device', 'must be "cpu"'],
    ['device: cpu #', 'device: cuda:0 #', 13, 'lanes.1.device', '"cuda:<uuid>"'],
    ['lanes: #', 'gpuThreshold: 0\nlanes: #', 10, 'gpuThreshold', 'Too small'],
    ['lanes: #', 'pocl: { devices: two }\nlanes: #', 10, 'pocl.devices', 'expected number'],
    ['device: cpu #', 'devise: cpu #', 13, 'lanes.1.devise', 'is not a key of this file'],
    ['device: cpu }', 'device: cpu, x: 1 }', 11, 'lanes.0.x', 'is not a key of this file'],
    [
      ': 1\n',
      ': [1]\n',
      9,
      'temporal.devServer.dynamicConfig.matching.numTaskqueueReadPartitions',
      'Invalid input',
    ],
    ['lanes: #', 'lines: 1\nlanes: #', 10, 'lines', 'is not a key of this file; remove it'],
  ])('names the line where %j reads %j', (right, wrong, line, key, words) => {
    const fault = faultOf(stackFile.replace(right, wrong));

    const told = fault.split('\n').find((one) => one.includes(`"${key}"`));
    expect(told).toContain(`"stack.yaml" line ${line}: "${key}"`);
    expect(told).toContain(words);
  });

  test('fills in the limits of sources that it does not name, and knows no simulation', () => {
    expect(parseStackFile('stack.yaml', stackFile).sources).toEqual({
      breeze: {
        perMinute: 80,
        perDay: 4500,
        requestsInFlight: 2,
        historyUrl: 'https://breezeapi.icicidirect.com',
        apiUrl: 'https://api.icicidirect.com',
      },
      yahoo: {
        perMinute: 30,
        perDay: 2000,
        requestsInFlight: 1,
        url: 'https://query2.finance.yahoo.com',
      },
    });
  });

  test('reads a simulated exchange and its clock', () => {
    const simulated = `
    protocol: breeze
    url: http://127.0.0.1:8800/
    perMinute: 1000
    clock: { real: 2026-01-01T09:00:00+05:30, exchange: 2025-10-24T16:00:00+05:30, scale: 600 }`;

    const { sources } = parseStackFile(
      'stack.yaml',
      `${stackFile}sources:\n  breeze: { perDay: 100 }\n  simulated: ${simulated}\n`,
    );

    expect(sources.breeze).toMatchObject({ perMinute: 80, perDay: 100 });
    expect(sources.simulated).toEqual({
      protocol: 'breeze',
      url: 'http://127.0.0.1:8800',
      appKey: 'simulated-key',
      perMinute: 1000,
      perDay: 4500,
      requestsInFlight: 2,
      clock: {
        real: Date.parse('2026-01-01T03:30:00Z'),
        exchange: Date.parse('2025-10-24T10:30:00Z'),
        scale: 600,
      },
    });
  });

  test.each([
    ['breeze: { perMinute: 0 }', 'sources.breeze.perMinute', 'Too small'],
    ['breeze: { perHour: 9 }', 'sources.breeze.perHour', 'is not a key of this file; remove it'],
    ['breeze: { apiUrl: ftp://host }', 'sources.breeze.apiUrl', 'must be an address'],
    ['kite: { perDay: 9 }', 'sources.kite', 'is not a key of this file; remove it'],
    ['simulated: { url: "http://h" }', 'sources.simulated.protocol', 'expected "breeze"'],
    [
      'simulated: { protocol: breeze, url: "http://h", clock: { real: now } }',
      'sources.simulated.clock.real',
      'must be like "2024-01-01T09:00:00+05:30"',
    ],
  ])('names the line of sources: { %s }', (source, key, words) => {
    const told = faultOf(`${stackFile}sources:\n  ${source}\n`)
      .split('\n')
      .find((line) => line.includes(`"${key}"`));

    expect(told).toContain(`"stack.yaml" line 15: "${key}" `);
    expect(told).toContain(words);
  });

  test('says what lanes may be', () => {
    const [head] = stackFile.split('lanes:');

    expect(parseStackFile('stack.yaml', `${head}lanes: auto`).lanes).toBe('auto');
    expect(faultOf(`${head}lanes: many`)).toBe(
      '"stack.yaml" line 10: "lanes" must be "auto" or a list like "- { name: cpu0, device: cpu }"',
    );
    expect(faultOf(`${head}lanes: []`)).toContain('line 10: "lanes"');
  });

  test('fills in what a night does, and knows none where none is named', () => {
    const nights = [
      'schedules:',
      '  nightly:',
      '    train: { lastDays: 400 }',
      '    backfill: { source: breeze, symbols: nifty100, from: 2022-01-01 }',
    ];
    const { schedules } = parseStackFile('stack.yaml', `${stackFile}${nights.join('\n')}\n`);

    expect(parseStackFile('stack.yaml', stackFile)).toMatchObject({
      schedules: {},
      notifications: {},
    });
    expect(schedules.nightly).toEqual({
      at: '20:00',
      on: 'sessions',
      train: { symbols: 'all', interval: '1d', recipe: 'symbol', lastDays: 400 },
      backfill: {
        source: 'breeze',
        symbols: 'nifty100',
        intervals: ['1d'],
        from: '2022-01-01',
        lateAfterMinutes: 30,
      },
      gate: { sessions: 21, minimumCoverage: 0.9, minimumSymbols: 0.9, lacking: 'leave-out' },
      deadline: '08:45',
      scoringMinutes: 15,
      minimumTurnover: 0,
    });
  });

  test.each([
    ['schedules:\n  nightly: { train: {} }', 'line 15: "schedules.nightly.train" must say "from"'],
    ['schedules:\n  Nightly: { train: { lastDays: 9 } }', '"schedules.Nightly"'],
    [
      'schedules:\n  night: { at: 8pm, train: { lastDays: 9 } }',
      'a time of the exchange like "20:00"',
    ],
    [
      'notifications:\n  desk: { kind: pager }',
      'line 15: "notifications.desk.kind" must be a channel of the kind "webhook", "smtp" or "file"',
    ],
    [
      'notifications:\n  desk: { kind: webhook, url: "http://a", token: x }',
      'is not a key of this',
    ],
  ])('refuses %j', (text, words) => {
    expect(faultOf(`${stackFile}${text}\n`)).toContain(words);
  });

  test('names all faults at once', () => {
    const text = stackFile
      .replace('port: 7233', 'port: none')
      .replace('retentionDays: 90', 'retentionDays: 0\n  extra: 1\n  more: 2')
      .replace('device: cpu #', 'device: tpu #');

    const lines = faultOf(text).split('\n');

    expect(lines.map((line) => /line (\d+): "(.*?)"/.exec(line)?.slice(1).join(' '))).toEqual([
      '3 temporal.retentionDays',
      '7 temporal.devServer.port',
      '4 temporal.extra',
      '5 temporal.more',
      '15 lanes.1.device',
    ]);
  });

  test.each([
    ['a list that is not closed', 'lanes: [1', 'line 1'],
    ['a key twice', `${stackFile}lanes: auto\n`, 'Map keys must be unique at line 14'],
    ['nothing', '', 'line 1'],
    ['a word', 'auto', 'line 1'],
  ])('refuses %s', (_, text, where) => {
    expect(faultOf(text)).toContain(where);
    expect(faultOf(text)).toContain('"stack.yaml"');
  });
});

describe('readConfig', () => {
  test('reads the stack file and data root that the environment names', async () => {
    const file = await written(stackFile);

    const config = await readConfig({ SENSEQUANT_CONFIG: file, SENSEQUANT_DATA: '/tmp/../data' });

    expect(config).toMatchObject({ file, dataRoot: '/data' });
    expect(config.temporal.devServer.port).toBe(7233);
    expect(config.lanes).toEqual([
      { lane: 'cpu0', device: 'cpu', engine: 'cpu' },
      { lane: 'cpu1', device: 'cpu', engine: 'cpu' },
    ]);
  });

  test("reads the checkout's own file where the environment names none", async () => {
    const config = await readConfig({});

    expect(config.file).toBe(path.join(checkout, 'temporal-dev.yaml'));
    expect(config.dataRoot).toBe(path.join(checkout, 'data'));
    expect(await readFile(config.file, 'utf8')).toContain('lanes: auto');
  });

  test('knows a LightGBM library of the operator’s own, and none where none is named', async () => {
    const own = await readConfig({ LIGHTGBM_LIB: '/opt/../opt/lib_lightgbm.so' });

    expect(own.lightgbmLib).toBe('/opt/lib_lightgbm.so');
    expect(await readConfig({})).not.toHaveProperty('lightgbmLib');
    expect(await readConfig({ LIGHTGBM_LIB: '' })).not.toHaveProperty('lightgbmLib');
  });

  test('wraps the secrets of the environment, and knows none where none is set', async () => {
    const secretKey = 'sixteen and more characters';
    const config = await readConfig({ BREEZE_APP_KEY: 'app', SENSEQUANT_SECRET_KEY: secretKey });

    expect(config.breezeAppKey?.reveal()).toBe('app');
    expect(config.secretKey?.reveal()).toBe(secretKey);
    expect(JSON.stringify(config)).not.toContain(secretKey);
    const none = await readConfig({ BREEZE_APP_KEY: '' });
    expect(none).not.toHaveProperty('breezeAppKey');
    expect(none).not.toHaveProperty('secretKey');
  });

  test.each([
    ['BREEZE_APP_KEY', 'a key\n', 'BREEZE_APP_KEY holds a blank'],
    ['SENSEQUANT_SECRET_KEY', 'short', 'SENSEQUANT_SECRET_KEY has "5" characters, at least "16"'],
  ])('refuses a %s of %j without quoting it', async (variable, value, words) => {
    const read = readConfig({ [variable]: value });

    await expect(read).rejects.toThrow(words);
    await expect(read).rejects.not.toThrow(value);
  });

  test('takes the secrets of channels from the environment, by the names in the file', async () => {
    const channel = 'desk: { kind: webhook, url: "https://desk", tokenEnv: DESK_TOKEN }';
    const file = await written(`${stackFile}notifications:\n  ${channel}\n`);
    const { channels } = await readConfig({ SENSEQUANT_CONFIG: file, DESK_TOKEN: 'open sesame' });

    const desk = channels.get('desk');

    expect(desk?.kind === 'webhook' && desk.token?.reveal()).toBe('open sesame');
    expect(JSON.stringify(desk)).not.toContain('sesame');
  });

  test('leaves lanes to the machine where the file says auto', async () => {
    expect((await readConfig({})).lanes).toBe('auto');
  });

  test('gives a lane the engine of its device', async () => {
    const gpu = "name: gpu0\n    device: 'opencl:1:0'";
    const { lanes } = await readConfig({
      SENSEQUANT_CONFIG: await written(stackFile.replace(/name: cpu1\n +device: cpu/, gpu)),
    });

    expect(lanes).toEqual([
      { lane: 'cpu0', device: 'cpu', engine: 'cpu' },
      { lane: 'gpu0', device: 'opencl:1:0', engine: 'gpu' },
    ]);
  });

  test('refuses a GPU that has two lanes', async () => {
    const two = `  - { name: gpu0, device: "opencl:0:1" }\n  - { name: gpu1, device: "opencl:0:1" }\n`;
    const file = await written(stackFile + two);

    const read = readConfig({ SENSEQUANT_CONFIG: file });

    await expect(read).rejects.toThrow(InputError);
    await expect(read).rejects.toThrow('device "opencl:0:1" has two lanes');
  });

  test('refuses a lane that is named twice', async () => {
    const file = await written(stackFile.replace('cpu1', 'cpu0'));

    const read = readConfig({ SENSEQUANT_CONFIG: file });

    await expect(read).rejects.toThrow(InputError);
    await expect(read).rejects.toThrow('lane "cpu0" is named twice; rename one');
  });

  test('names a file that is not there, and how to name another', async () => {
    const read = readConfig({ SENSEQUANT_CONFIG: '/nowhere/stack.yaml' });

    await expect(read).rejects.toThrow(InputError);
    await expect(read).rejects.toThrow(
      '"/nowhere/stack.yaml" cannot be read; SENSEQUANT_CONFIG names the stack\'s file',
    );
  });
});
