import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorRecord, LaneError } from '../shared/contracts/errors.ts';

/** A device that this process holds until it ends, however it ends. */
export interface HeldDevice {
  /** Gives it back. */
  release(): void;
}

/**
 * Takes a GPU for this process alone, among all stacks of this user on this machine. The lock is
 * the system's lock of a file, by way of SQLite, since Node has no other: it dies with the process.
 *
 * @param device - name of the device
 * @param holder - who asks, for whoever finds it taken
 * @throws LaneError if another process holds it
 */
export async function holdDevice(
  device: string,
  holder: string,
  folder = path.join(tmpdir(), `sensequant-devices-${userInfo().uid}`),
): Promise<HeldDevice> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, device.replaceAll(':', '-'));
  const database = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const by = await readFile(`${file}.holder`, 'utf8').catch(() => 'another process');
    throw new LaneError(
      `device "${device}" is held by ${by} (${errorRecord(error).message}); two lanes never hold one`,
    );
  }
  await writeFile(`${file}.holder`, `process "${process.pid}", ${holder}`);
  return { release: () => database.close() };
}
