import path from 'node:path';
import { withLock } from '../scripts/setup/lock.mjs';
import { checkout } from '../shared/runtime/stack/config.ts';
import { fitOn, listDevices } from './ask-device.ts';

/** Two OpenCL devices that are this machine's CPU: what tests have where there is no GPU. */
export const twoDevices = { pocl: { devices: 2 } };

/** Whether they exist here; tests that need them are skipped by name where they do not. */
export const hasPocl = (await listDevices(twoDevices)).openCl.some(({ device }) => device === 1);

/** How long compiling the kernels may take, the first time in a checkout. */
export const warmMs = 600_000;

/** Compiles the kernels, unless an earlier run has: once, however many test files need them. */
export async function warmKernels(): Promise<void> {
  const lock = path.join(checkout, '.cache', 'locks', 'pocl.lock');
  await withLock(
    lock,
    () => {},
    () => fitOn(twoDevices, 'opencl:0:0', []),
  );
}
