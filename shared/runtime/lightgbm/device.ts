import { InputError } from '../../contracts/errors.ts';
import type { Engine } from '../../contracts/recipe.ts';
import type { BoosterParameters } from '../../domain/training/booster.ts';

/** Where LightGBM's fits run. */
export type Device =
  | { readonly kind: 'cpu' }
  /** Numbers from 0, in the order in which the OpenCL loader lists them. */
  | { readonly kind: 'opencl'; readonly platform: number; readonly device: number }
  /** The driver's own name of a GPU: numbers change with the order of the cards. */
  | { readonly kind: 'cuda'; readonly uuid: string };

/** What a device may be called; also its words in messages. */
export const devicePattern =
  /^(?:cpu|opencl:(?<platform>0|[1-9]\d?):(?<device>0|[1-9]\d?)|cuda:(?<uuid>GPU-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}))$/;
export const deviceForms = '"cpu", "opencl:<platform>:<device>" or "cuda:<uuid>"';

/**
 * Reads the name of a device.
 *
 * @throws InputError if it is none
 */
export function parseDevice(name: string): Device {
  const parts = devicePattern.exec(name)?.groups;
  if (parts === undefined) throw new InputError(`expected ${deviceForms}, found "${name}"`);
  if (parts.uuid !== undefined) return { kind: 'cuda', uuid: parts.uuid };
  if (parts.platform === undefined) return { kind: 'cpu' };
  return { kind: 'opencl', platform: Number(parts.platform), device: Number(parts.device) };
}

/** The engine of a device: what a window's key says of where it is fitted. */
export function engineOf(device: string): Engine {
  return device === 'cpu' ? 'cpu' : 'gpu';
}

/**
 * The parameters that make a fit run on a device.
 *
 * Histograms are summed in double precision: in single, the order in which a GPU adds shows in the
 * trees. See docs/decisions/0030-gpu-engine.md.
 */
export function deviceParameters(device: Device): BoosterParameters {
  if (device.kind === 'cpu') return {};
  if (device.kind === 'cuda')
    // Of the one GPU that the process can see.
    return { device_type: 'cuda', gpu_device_id: 0, gpu_use_dp: true };
  return {
    device_type: 'gpu',
    gpu_platform_id: device.platform,
    gpu_device_id: device.device,
    gpu_use_dp: true,
  };
}
