import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPocl, twoDevices, warmKernels, warmMs } from '../../../workers/pocl.fixture.ts';
import { InputError } from '../../contracts/errors.ts';
import { openClVariables } from '../devices/device-environment.ts';
import { binary, fitted, libraryFile, trainingSet } from './booster.fixture.ts';
import { openBooster } from './booster.ts';
import { deviceParameters, parseDevice } from './device.ts';
import { lightgbmVersion } from './installed.ts';
import { parametersOf } from './model-text.ts';

const uuid = 'GPU-0123abcd-0123-4567-89ab-0123456789ab';

describe('parseDevice', () => {
  test('knows the CPU, OpenCL by numbers and CUDA by UUID', () => {
    expect(parseDevice('cpu')).toEqual({ kind: 'cpu' });
    expect(parseDevice('opencl:1:12')).toEqual({ kind: 'opencl', platform: 1, device: 12 });
    expect(parseDevice(`cuda:${uuid}`)).toEqual({ kind: 'cuda', uuid });
  });

  test.each(['CPU', 'opencl', 'opencl:0', 'opencl:00:1', 'opencl:0:-1', 'cuda:0', ` cuda:${uuid}`])(
    'refuses %j',
    (name) => {
      expect(() => parseDevice(name)).toThrow(InputError);
      expect(() => parseDevice(name)).toThrow(`found "${name}"`);
    },
  );
});

describe('deviceParameters', () => {
  test('of CUDA name the one GPU that the process sees', () => {
    expect(deviceParameters(parseDevice(`cuda:${uuid}`))).toEqual({
      device_type: 'cuda',
      gpu_device_id: 0,
      gpu_use_dp: true,
    });
  });
});

describe.skipIf(!hasPocl)('fits on two OpenCL devices of PoCL', () => {
  const largestDifference = 1e-6;
  const lines: string[] = [];
  // Read by the OpenCL library when LightGBM first asks for it, in this process.
  beforeAll(() => void Object.assign(process.env, openClVariables(twoDevices)));
  beforeAll(warmKernels, warmMs);
  afterEach(() => void lines.splice(0));

  const openOn = (device: string) =>
    openBooster(libraryFile, {
      version: lightgbmVersion,
      onLog: (_level, line) => lines.push(line),
      device,
    });

  // Kernels of 16, 64 and 256 bins.
  test.each([40, 118, 4000])(
    'agree with the CPU on %d rows, byte for byte with each other',
    (n) => {
      const set = trainingSet(n, 45);
      const [cpu, first, second] = ['cpu', 'opencl:0:0', 'opencl:0:1'].map((device) => {
        using booster = openOn(device);
        using model = fitted(booster, set, binary, 30);
        return { text: model.text, predictions: model.predict(set.matrix) };
      });

      expect(second.text).toBe(first.text);
      const differences = first.predictions.map((p, row) => Math.abs(p - cpu.predictions[row]));
      expect(Math.max(...differences)).toBeLessThan(largestDifference);
    },
  );

  test('name the device in the log, and nowhere in the model', () => {
    using booster = openOn('opencl:0:1');
    using model = fitted(booster, trainingSet(), { ...binary, verbosity: 1 });

    expect(lines).toContain('Using requested OpenCL platform 0 device 1');
    const names = Object.keys(parametersOf(model.text));
    expect(names.filter((name) => /device|platform|num_gpu|threads|verbosity/.test(name))).toEqual(
      [],
    );
    expect(parametersOf(model.text)['gpu_use_dp']).toBe('1');
  });

  test('are silent unless they are asked to speak', () => {
    using booster = openOn('opencl:0:0');
    fitted(booster)[Symbol.dispose]();

    expect(lines.filter((line) => !line.includes('non-deterministic'))).toEqual([]);
  });
});
