import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { errorFrom, LaneError, type ErrorRecord } from '../shared/contracts/errors.ts';
import { environmentWith, type Config } from '../shared/runtime/stack/config.ts';
import {
  deviceVariables,
  openClVariables,
  type Variables,
} from '../shared/runtime/devices/device-environment.ts';
import type { OpenClDevice } from '../shared/runtime/devices/opencl.ts';
import type { Trial } from '../shared/runtime/world.ts';

/** What a process of its own is asked of devices. */
export type DeviceQuestion =
  | { readonly ask: 'list' }
  /** To prove a device, and what some fits take there. */
  | { readonly ask: 'fit'; readonly device: string; readonly trials: readonly Trial[] };

export type DeviceAnswer =
  | DeviceList
  /** A time each trial. */
  | { readonly seconds: readonly number[] }
  | { readonly failed: ErrorRecord };

/** Devices by name of the drivers' own, whether or not the library can use them. */
export interface DeviceList {
  readonly openCl: readonly OpenClDevice[];
  /** UUIDs. */
  readonly nvidia: readonly string[];
}

type Settings = Pick<Config, 'pocl'>;

/** Which devices this machine has. */
export async function listDevices(config: Settings): Promise<DeviceList> {
  const answer = await ask({ ask: 'list' }, openClVariables(config));
  if ('openCl' in answer) return answer;
  throw new LaneError('the devices of this machine could not be listed');
}

/**
 * Proves a device and fits on it, in a process of its own.
 *
 * @returns seconds of each trial
 * @throws InputError if the device is not proven
 * @throws LaneError if the process ends without an answer
 */
export async function fitOn(
  config: Settings,
  device: string,
  trials: readonly Trial[],
): Promise<readonly number[]> {
  const answer = await ask({ ask: 'fit', device, trials }, deviceVariables(config, device));
  if ('seconds' in answer) return answer.seconds;
  throw new LaneError(`device "${device}" was asked for fits and answered something else`);
}

async function ask(question: DeviceQuestion, variables: Variables): Promise<DeviceAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<DeviceAnswer>();
  const entry = fileURLToPath(new URL('./device.ts', import.meta.url));
  // PoCL's compiler and LightGBM's fatal messages write to stderr past us.
  const child = fork(entry, [JSON.stringify(question)], {
    env: environmentWith(variables),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.once('message', (answer: DeviceAnswer) => resolve(answer));
  child.once('error', reject);
  child.once('close', (code, signal) =>
    reject(new LaneError(`the process that tried a device ended with ${signal ?? `code ${code}`}`)),
  );
  const answer = await promise;
  if ('failed' in answer) throw errorFrom(answer.failed);
  return answer;
}
