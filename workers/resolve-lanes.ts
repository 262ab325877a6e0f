import { availableParallelism } from 'node:os';
import { errorRecord } from '../shared/contracts/errors.ts';
import type { Config, ConfiguredLane } from '../shared/runtime/stack/config.ts';
import { engineOf } from '../shared/runtime/lightgbm/device.ts';
import { fitOn, listDevices, type DeviceList } from './ask-device.ts';

const leastCpuLanes = 2;
/** Cores for the server and for what plans and decides. */
const coresLeft = 2;

/**
 * The lanes of a stack: those configured, or by `auto` one for each GPU that the library proves to
 * fit on, and CPU lanes for the cores less two, two at least.
 *
 * @param say - told of each GPU that is there and cannot be used, and why
 */
export async function resolveLanes(
  config: Config,
  say: (message: string) => void,
): Promise<readonly ConfiguredLane[]> {
  if (config.lanes !== 'auto') return config.lanes;
  const gpus: string[] = [];
  const refused: string[] = [];
  for (const devices of candidates(await listDevices(config))) {
    for (const device of devices)
      try {
        await fitOn(config, device, []);
        gpus.push(device);
      } catch (error) {
        refused.push(errorRecord(error).message);
      }
    // One card may be seen by CUDA and by OpenCL: where one way works, it has its lanes.
    if (gpus.length > 0) break;
  }
  if (gpus.length === 0) for (const why of refused) say(`a GPU is not used: ${why}`);
  const cpus = Math.max(leastCpuLanes, availableParallelism() - coresLeft);
  return [
    ...gpus.map((device, index) => ({ lane: `gpu${index}`, device, engine: engineOf(device) })),
    ...Array.from({ length: cpus }, (_, index) => {
      return { lane: `cpu${index}`, device: 'cpu', engine: engineOf('cpu') };
    }),
  ];
}

/** Names of what may be GPUs, by CUDA and by OpenCL; an OpenCL device may also be a CPU. */
function candidates({ nvidia, openCl }: DeviceList): readonly (readonly string[])[] {
  const gpus = openCl.filter(({ isGpu }) => isGpu);
  return [
    nvidia.map((uuid) => `cuda:${uuid}`),
    gpus.map(({ platform, device }) => `opencl:${platform}:${device}`),
  ];
}
