import { errorRecord } from '../../shared/contracts/errors.ts';
import type { Config } from '../../shared/runtime/stack/config.ts';
import { listDevices } from '../../workers/ask-device.ts';
import type { Check } from './checks.ts';

/** Which devices there are besides the CPU, and whether those of the configured lanes are among them. */
export async function deviceCheck(config: Pick<Config, 'pocl' | 'lanes'>): Promise<Check> {
  const name = 'devices';
  try {
    const { openCl, nvidia } = await listDevices(config);
    const devices = [
      ...openCl.map(({ platform, device }) => `opencl:${platform}:${device}`),
      ...nvidia.map((uuid) => `cuda:${uuid}`),
    ];
    const found = ['cpu', ...devices].join(' ');
    const lanes = config.lanes === 'auto' ? [] : config.lanes;
    const missing = lanes.find(({ device }) => device !== 'cpu' && !devices.includes(device));
    if (missing === undefined) return { name, ok: true, found };
    const { lane, device } = missing;
    const remedy = `lane "${lane}" is on "${device}": name one that is there, or install its driver`;
    return { name, ok: false, found, remedy };
  } catch (error) {
    return { name, ok: false, found: errorRecord(error).message, remedy: 'see what it says' };
  }
}
