import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { engineTrials } from '../../activities/samples/engine-trials.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { checkout, parseStackFile, readConfig } from '../../shared/runtime/stack/config.ts';
import { scratchFolder } from '../../shared/runtime/scratch.fixture.ts';
import { hasPocl, twoDevices, warmKernels, warmMs } from '../../workers/pocl.fixture.ts';
import { calibrate, withThreshold } from './calibrate.ts';

const file = await readFile(path.join(checkout, 'temporal-dev.yaml'), 'utf8');
const thresholdOf = (text: string) => parseStackFile('stack.yaml', text).gpuThreshold;

describe('withThreshold', () => {
  test('sets it in place, and leaves every other line', () => {
    const set = withThreshold(file, 12_345);

    expect(thresholdOf(set)).toBe(12_345);
    const changed = set.split('\n').filter((line) => !file.split('\n').includes(line));
    expect(changed).toEqual(['gpuThreshold: 12345']);
    expect(set.split('\n')).toHaveLength(file.split('\n').length);
  });

  test('sets it again, and takes it away', () => {
    const again = withThreshold(withThreshold(file, 1), 22);

    expect(thresholdOf(again)).toBe(22);
    expect(thresholdOf(withThreshold(again, undefined))).toBeUndefined();
    expect(withThreshold(file, undefined)).toBe(file);
  });

  test('sets it once, also where a comment shows another', () => {
    const both = `${file}\ngpuThreshold: 3\n`;

    expect(thresholdOf(withThreshold(both, 4))).toBe(4);
    expect(thresholdOf(withThreshold(both, undefined))).toBeUndefined();
  });

  test('adds it to a file that does not mention it', () => {
    const without = file.replaceAll(/^.*gpuThreshold.*\n/gm, '');

    expect(thresholdOf(withThreshold(without, 7))).toBe(7);
  });
});

describe.skipIf(!hasPocl)('calibrate on PoCL', () => {
  beforeAll(warmKernels, warmMs);

  test('times both engines, and takes away a threshold that is not earned', async () => {
    const stackFile = path.join(scratchFolder(), 'stack.yaml');
    await writeFile(stackFile, withThreshold(file, 1));
    const lanes = [{ lane: 'gpu0', device: 'opencl:0:1', engine: 'gpu' }] as const;
    const config = {
      ...(await readConfig({ SENSEQUANT_CONFIG: stackFile })),
      ...twoDevices,
      lanes,
    };
    const said: string[] = [];

    // On 256 rows a process without a GPU spends ten times as long on reading its kernels.
    const measured = await calibrate(config, (line) => said.push(line), engineTrials().slice(0, 1));

    expect(measured).toEqual({
      device: 'opencl:0:1',
      trials: [
        {
          rows: 256,
          cost: engineTrials()[0].cost,
          cpuSeconds: expect.any(Number),
          gpuSeconds: expect.any(Number),
        },
      ],
    });
    expect(said).toHaveLength(1);
    expect(await readFile(stackFile, 'utf8')).toBe(
      withThreshold(withThreshold(file, 1), undefined),
    );
  });
});

describe('calibrate', () => {
  test('needs a lane with a GPU', async () => {
    const lanes = [{ lane: 'cpu0', device: 'cpu', engine: 'cpu' }] as const;
    const asked = calibrate({ ...(await readConfig({})), lanes }, () => {});

    await expect(asked).rejects.toThrow(InputError);
    await expect(asked).rejects.toThrow('has no lane with a GPU to compare with');
  });
});
