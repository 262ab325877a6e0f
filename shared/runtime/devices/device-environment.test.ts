import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkout, configHome } from '../stack/config.ts';
import { deviceVariables } from './device-environment.ts';

const uuid = 'GPU-0123abcd-0123-4567-89ab-0123456789ab';

describe('deviceVariables', () => {
  test('show a CUDA process its own GPU and no other', () => {
    expect(deviceVariables({}, `cuda:${uuid}`)).toEqual({
      CUDA_DEVICE_ORDER: 'PCI_BUS_ID',
      CUDA_VISIBLE_DEVICES: uuid,
    });
  });

  test('show a CPU process no GPU', () => {
    expect(deviceVariables({}, 'cpu').CUDA_VISIBLE_DEVICES).toBe('');
  });

  test('make as many devices of PoCL as are configured, and none otherwise', () => {
    const variables = deviceVariables({ pocl: { devices: 2 } }, 'opencl:0:1');

    expect(variables.POCL_DEVICES).toBe('pthread pthread');
    expect(deviceVariables({}, 'opencl:0:1')).not.toHaveProperty('POCL_DEVICES');
  });

  test('keep compiled kernels in the checkout, and settings where the user has them', () => {
    const { HOME, XDG_CONFIG_HOME, POCL_CACHE_DIR } = deviceVariables({}, 'opencl:0:1');

    expect(HOME).toBe(path.join(checkout, '.cache', 'opencl'));
    expect(POCL_CACHE_DIR.startsWith(`${HOME}/`)).toBe(true);
    expect(XDG_CONFIG_HOME).toBe(configHome);
    expect(deviceVariables({}, 'cpu')).not.toHaveProperty('HOME');
  });
});
