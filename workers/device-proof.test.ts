import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../shared/contracts/errors.ts';
import { scratchFolder } from '../shared/runtime/scratch.fixture.ts';
import { fitOn } from './ask-device.ts';
import { deviceFault } from './device-proof.ts';
import { hasPocl, twoDevices, warmKernels, warmMs } from './pocl.fixture.ts';

const requested = 'Using requested OpenCL platform 0 device 1';
const used = 'Using GPU Device: Tesla, Vendor: NVIDIA Corporation';
const intel = 'Using GPU Device: pthread-Intel(R) Xeon(R) CPU @ 2.20GHz, Vendor: GenuineIntel';
const uuid = 'GPU-0123abcd-0123-4567-89ab-0123456789ab';
const other = uuid.replace('0123abcd', '9999abcd');

/** Looks for programs elsewhere, for one test. */
function programsIn(path: string): void {
  const { PATH } = process.env;
  process.env.PATH = path;
  onTestFinished(() => void (process.env.PATH = PATH));
}

describe('deviceFault of OpenCL', () => {
  test.each([
    ['every fit that names it', [requested, used, requested, used]],
    ['a device whose name holds the word CPU', [requested, intel]],
  ])('is none after %s', async (_, lines) => {
    expect(await deviceFault('opencl:0:1', lines)).toBeUndefined();
  });

  test.each([
    ['a default device, taken in silence', [used], `found "${used}"`],
    ['another device', [requested.replace('1', '0'), used], `found "${used}"`],
    ['one fit of two on another', [requested, used, used], `found "${used}"`],
    ['no word at all', [], 'found "no word of a device"'],
    ['a fall-back', [requested, used, 'Falling back to CPU now.'], 'saying "Falling back to CPU'],
  ])('tells of %s', async (_, lines, words) => {
    expect(await deviceFault('opencl:0:1', lines)).toContain(words);
  });
});

describe('deviceFault of CUDA', () => {
  /** A driver whose list of processes has these lines. */
  function driverSaying(...rows: string[]): void {
    const folder = scratchFolder();
    const program = path.join(folder, 'nvidia-smi');
    const shown = rows.map((row) => `echo "${row}"`).join('\n');
    writeFileSync(
      program,
      `#!/bin/sh\n[ "$1" = --query-compute-apps=pid,gpu_uuid ] || exit 9\n${shown}\n`,
    );
    chmodSync(program, 0o755);
    programsIn(`${folder}:${process.env.PATH}`);
  }

  test('is none where the driver lists this process on the GPU', async () => {
    driverSaying(`1, ${other}`, `${process.pid}, ${uuid}`);

    expect(await deviceFault(`cuda:${uuid}`, [])).toBeUndefined();
  });

  test.each<[string, string[], string]>([
    ['another GPU', [`${process.pid}, ${other}`], `found "${other}"`],
    ['two GPUs', [`${process.pid}, ${uuid}`, `${process.pid}, ${other}`], `"${uuid} ${other}"`],
    ['no GPU', [`1, ${uuid}`], 'found "nothing" among "1" processes'],
  ])('tells that this process is on %s', async (_, rows, words) => {
    driverSaying(...rows);

    expect(await deviceFault(`cuda:${uuid}`, [])).toContain(words);
  });

  test('tells that there is no driver to ask', async () => {
    programsIn('/nowhere');

    expect(await deviceFault(`cuda:${uuid}`, [])).toContain('the driver does not list');
  });
});

describe.skipIf(!hasPocl)('a fit on PoCL', () => {
  beforeAll(warmKernels, warmMs);

  test('proves each of two devices', async () => {
    await expect(fitOn(twoDevices, 'opencl:0:0', [])).resolves.toEqual([]);
    await expect(fitOn(twoDevices, 'opencl:0:1', [])).resolves.toEqual([]);
  });

  // PoCL itself crashed once in some forty runs, in the process that is there to crash alone.
  test('refuses numbers that no device has', { retry: 2 }, async () => {
    const asked = fitOn(twoDevices, 'opencl:0:2', []);

    await expect(asked).rejects.toThrow(InputError);
    await expect(asked).rejects.toThrow(
      'device "opencl:0:2" is not proven: expected the library to say ' +
        '"Using requested OpenCL platform 0 device 2"',
    );
  });
});

describe('a fit', () => {
  test('proves the CPU, and takes as many times as it is tried', async () => {
    const trees = { leaves: 7, trees: 5, minimumLeafRows: 20, learningRate: 0.1, seed: 1 };

    const seconds = await fitOn({}, 'cpu', Array(2).fill({ rows: 200, features: 5, trees }));

    expect(seconds).toHaveLength(2);
    for (const second of seconds) expect(second).toBeGreaterThan(0);
  });

  test('refuses CUDA of a library that was built without it', async () => {
    const asked = fitOn({}, `cuda:${uuid}`, []);

    await expect(asked).rejects.toThrow(InputError);
    await expect(asked).rejects.toThrow(/is not proven: .*CUDA/);
  });
});
