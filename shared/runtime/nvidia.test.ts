import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gpuSample } from './devices/nvidia.ts';
import { scratchFolder } from './scratch.fixture.ts';

const uuid = 'GPU-0123abcd-0123-4567-89ab-0123456789ab';

/** A driver that answers one question, and no other. */
function driverSaying(row: string): void {
  const folder = scratchFolder();
  const program = path.join(folder, 'nvidia-smi');
  const asked = `--query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits -i ${uuid}`;
  writeFileSync(program, `#!/bin/sh\n[ "$*" = "${asked}" ] || exit 9\necho "${row}"\n`);
  chmodSync(program, 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  onTestFinished(() => void (process.env.PATH = PATH));
}

describe('gpuSample', () => {
  test('says how much of a GPU is used, in shares and bytes', async () => {
    driverSaying('37, 1024');

    expect(await gpuSample(uuid)).toEqual({ utilisation: 0.37, memoryBytes: 2 ** 30 });
  });

  test('fails where the driver does not know', async () => {
    driverSaying('[N/A], 1024');

    await expect(gpuSample(uuid)).rejects.toThrow(`expected numbers of "${uuid}"`);
  });
});
