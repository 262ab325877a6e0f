import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LaneError } from '../shared/contracts/errors.ts';
import { scratchFolder } from '../shared/runtime/scratch.fixture.ts';
import { holdDevice } from './device-lock.ts';

const device = 'opencl:0:1';

describe('holdDevice', () => {
  test('gives a device to one, until it is given back', async () => {
    const folder = scratchFolder();
    const held = await holdDevice(device, 'lane "gpu1"', folder);

    const again = holdDevice(device, 'lane "gpu2"', folder);

    await expect(again).rejects.toThrow(LaneError);
    await expect(again).rejects.toThrow(`held by process "${process.pid}", lane "gpu1"`);
    held.release();
    (await holdDevice(device, 'lane "gpu2"', folder)).release();
  });

  test('gives other devices meanwhile', async () => {
    const folder = scratchFolder();
    const held = await holdDevice(device, 'lane "gpu1"', folder);

    (await holdDevice('opencl:0:0', 'lane "gpu0"', folder)).release();

    held.release();
  });

  test('has back at once what a killed process held', async () => {
    const folder = scratchFolder();
    const module = path.join(import.meta.dirname, 'device-lock.ts');
    const code = `const { holdDevice } = await import(${JSON.stringify(module)});
      await holdDevice('${device}', 'a test', ${JSON.stringify(folder)});
      console.log('held');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    await expect(holdDevice(device, 'us', folder)).rejects.toThrow(`process "${child.pid}"`);

    child.kill('SIGKILL');
    await once(child, 'exit');

    (await holdDevice(device, 'us', folder)).release();
  });
});
