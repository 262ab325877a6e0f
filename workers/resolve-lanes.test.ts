import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { scratchFolder } from '../shared/runtime/scratch.fixture.ts';
import { resolveLanes } from './resolve-lanes.ts';

const uuid = 'GPU-0123abcd-0123-4567-89ab-0123456789ab';
const auto = await readConfig({});

describe('resolveLanes', () => {
  test('takes those configured as they are', async () => {
    const lanes = [{ lane: 'gpu0', device: 'opencl:0:9', engine: 'gpu' }] as const;

    expect(await resolveLanes({ ...auto, lanes }, () => {})).toBe(lanes);
  });

  test('makes two CPU lanes at least, each with a name of its own', async () => {
    const lanes = await resolveLanes(auto, () => {});

    const cpus = lanes.filter(({ device }) => device === 'cpu');
    expect(cpus.length).toBeGreaterThanOrEqual(2);
    expect(cpus.map(({ lane }) => lane)).toEqual(cpus.map((_, index) => `cpu${index}`));
  });

  test('makes no lane of a GPU that the library cannot use, and says why', async () => {
    const folder = scratchFolder();
    writeFileSync(path.join(folder, 'nvidia-smi'), `#!/bin/sh\necho ${uuid}\n`);
    chmodSync(path.join(folder, 'nvidia-smi'), 0o755);
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    onTestFinished(() => void (process.env.PATH = PATH));
    const said: string[] = [];

    const lanes = await resolveLanes({ ...auto, pocl: { devices: 2 } }, (line) => said.push(line));

    // PoCL's devices are OpenCL's, and no GPUs.
    const used = lanes.map(({ device }) => device);
    expect(used).not.toContain(`cuda:${uuid}`);
    expect(used).not.toContain('opencl:0:1');
    expect(said.join()).toMatch(
      new RegExp(`a GPU is not used: device "cuda:${uuid}" is not proven`),
    );
  });
});
