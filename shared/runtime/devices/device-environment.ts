import path from 'node:path';
import { checkout, configHome, type Config } from '../stack/config.ts';
import { parseDevice } from '../lightgbm/device.ts';

/** Variables of the environment. */
export type Variables = Readonly<Record<string, string>>;

/**
 * What a process that fits on a device has in its environment: libraries read it once, when they are
 * loaded. A CUDA process sees its own GPU and no other; one that fits on the CPU sees none.
 */
export function deviceVariables(config: Pick<Config, 'pocl'>, name: string): Variables {
  const device = parseDevice(name);
  if (device.kind === 'opencl') return openClVariables(config);
  return { ...cudaOrder, CUDA_VISIBLE_DEVICES: device.kind === 'cuda' ? device.uuid : '' };
}

/** The environment in which OpenCL devices have the numbers that lanes are configured by. */
export function openClVariables({ pocl }: Pick<Config, 'pocl'>): Variables {
  return {
    ...cudaOrder,
    ...(pocl && { POCL_DEVICES: Array.from({ length: pocl.devices }, () => 'pthread').join(' ') }),
    // Compiling takes a minute, once a checkout: what LightGBM's Boost.Compute compiles it keeps in
    // $HOME/.boost_compute and nowhere else, what PoCL makes of that in a folder that can be named.
    HOME: kernels,
    XDG_CONFIG_HOME: configHome,
    POCL_CACHE_DIR: path.join(kernels, 'pocl'),
  };
}

const kernels = path.join(checkout, '.cache', 'opencl');

/** By slot, as nvidia-smi counts: by default the fastest card is the first. */
const cudaOrder = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' };
