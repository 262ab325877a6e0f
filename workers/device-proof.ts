import { errorRecord } from '../shared/contracts/errors.ts';
import { parseDevice } from '../shared/runtime/lightgbm/device.ts';
import { computeProcesses } from '../shared/runtime/devices/nvidia.ts';

/**
 * What speaks against a fit of this process having run on its device.
 *
 * OpenCL: LightGBM takes the default device in silence where there is none of the number asked, so
 * its log must name the numbers. CUDA: the driver must list this process on the GPU. Neither may
 * speak of falling back to the CPU; the name of an OpenCL device may well hold that word.
 *
 * @param name - of the device
 * @param lines - what LightGBM logged of the fit
 * @returns a sentence, or undefined where the device is proven
 */
export async function deviceFault(
  name: string,
  lines: readonly string[],
): Promise<string | undefined> {
  const device = parseDevice(name);
  if (device.kind === 'cpu') return undefined;
  const named = /^Using GPU Device: /;
  const fallen = lines.find((line) => /\bCPU\b/.test(line) && !named.test(line));
  if (fallen !== undefined) return `the library fell back, saying "${fallen}"`;
  if (device.kind === 'cuda') return await cudaFault(device.uuid);
  const expected = `Using requested OpenCL platform ${device.platform} device ${device.device}`;
  const used = lines.flatMap((line, at) => (named.test(line) ? at : []));
  const other = used.find((at) => lines[at - 1] !== expected);
  if (used.length > 0 && other === undefined) return undefined;
  return (
    `expected the library to say "${expected}", found ` +
    `"${other === undefined ? 'no word of a device' : lines[other]}"; OpenCL has no device of these ` +
    'numbers here, see: npm run -s sensequant -- doctor'
  );
}

async function cudaFault(uuid: string): Promise<string | undefined> {
  try {
    const processes = await computeProcesses();
    const own = processes.filter(({ pid }) => pid === process.pid).map((one) => one.uuid);
    if (own.length === 1 && own[0] === uuid) return undefined;
    return (
      `expected the driver to list process "${process.pid}" on "${uuid}" alone, found ` +
      `"${own.join(' ') || 'nothing'}" among "${processes.length}" processes; ` +
      'in a container, it must share the process numbers of its host'
    );
  } catch (error) {
    return `the driver does not list its processes: ${errorRecord(error).message}`;
  }
}
