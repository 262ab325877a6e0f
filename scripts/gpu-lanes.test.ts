import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunReport } from '../shared/contracts/run.ts';
import type { StackLane } from '../shared/runtime/stack/stack.ts';
import { hasPocl, warmKernels, warmMs } from '../workers/pocl.fixture.ts';
import { commandLine, type ProcessRow } from './testing/command-line.fixture.ts';
import type { CommandLine } from './testing/command-line.ts';
import { storeSimulated } from './testing/simulated-bars.fixture.ts';

// Lanes of GPUs, tried on two OpenCL devices that PoCL makes of the CPU:
// - a lane proves its device before it polls; one that cannot is left down, and the stack says why
// - windows above the threshold are planned for a GPU and trained by these lanes, and by no other
// - a plan that needs an engine no lane has is refused

interface Up {
  readonly processes: readonly ProcessRow[];
  readonly lanes: readonly StackLane[];
}

const devices = { gpu0: 'opencl:0:0', gpu1: 'opencl:0:1', gpu2: 'opencl:0:7', cpu0: 'cpu' };
const grid = ['--from', '2022-01-01', '--to', '2023-06-25'];
let user: CommandLine;
let up: Up;

describe.skipIf(!hasPocl)('a stack with OpenCL lanes of PoCL', () => {
  beforeAll(warmKernels, warmMs);
  beforeAll(async () => {
    user = await commandLine(devices, 'gpuThreshold: 1\npocl: { devices: 2 }');
    await storeSimulated(user.dataRoot, ['RELIANCE', 'TCS']);
    up = await user.json('up', '--detach');
  });
  afterAll(() => user[Symbol.asyncDispose]());

  test('polls on those that are proven, and says why the other is down', async () => {
    const running = up.processes.flatMap(({ lane }) => lane ?? []);
    const down = up.lanes.filter((lane) => lane.down !== undefined);

    expect(running).toEqual(['gpu0', 'gpu1', 'cpu0']);
    expect(down).toEqual([
      {
        lane: 'gpu2',
        device: 'opencl:0:7',
        engine: 'gpu',
        down: expect.stringMatching(/"opencl:0:7" is not proven.*platform 0 device 7"/),
      },
    ]);
    const status = await user.type('status', '--processes');
    expect(status.stdout).toMatch(/^lane +gpu1 +opencl:0:1 +\d+$/m);
    expect(status.stdout).toContain('gpu2 is down: device "opencl:0:7" is not proven');
  });

  test("writes the proof into each lane's log", async () => {
    for (const [lane, device] of [
      ['gpu0', 0],
      ['gpu1', 1],
    ]) {
      const log = path.join(user.dataRoot, 'state', 'logs', `${lane}.log`);

      const text = await readFile(log, 'utf8');

      expect(text).toContain(`Using requested OpenCL platform 0 device ${device}`);
      expect(text.indexOf('proved its device')).toBeGreaterThan(0);
      expect(text.indexOf('"polls"')).toBeGreaterThan(text.indexOf('proved its device'));
    }
  });

  test('trains windows on both, and on no other lane', async () => {
    const report = await user.json<RunReport>('train', ...grid, '--wait');

    expect(report.counts).toMatchObject({ trained: 6, failed: {} });
    const used = Object.fromEntries(report.lanes.map(({ lane, device }) => [lane, device]));
    expect(used).toEqual({ gpu0: 'opencl:0:0', gpu1: 'opencl:0:1' });
    const teachers = path.join(user.dataRoot, 'store', 'teachers');
    const all = await readdir(teachers, { recursive: true });
    const manifests = all.filter((file) => file.endsWith('manifest.json'));
    expect(manifests).toHaveLength(6);
    for (const file of manifests) {
      const { facts } = JSON.parse(await readFile(path.join(teachers, file), 'utf8'));
      expect(facts).toMatchObject({ engine: 'gpu', device: devices[facts.lane as 'gpu0'] });
    }
  });

  test('keeps a device from a second stack', async () => {
    const second = await user.type('doctor', '--calibrate');

    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/device "opencl:0:0" is held by process "\d+", lane "gpu0" of/);
  });
});

describe('a stack without GPU lanes', () => {
  test('refuses a plan that needs one', async () => {
    await using poor = await commandLine(1, 'gpuThreshold: 1');
    await storeSimulated(poor.dataRoot, ['TCS']);

    const { code, stderr } = await poor.type('plan', ...grid);

    expect(code).toBe(1);
    expect(stderr).toContain('needs engine "gpu", lanes have "cpu"');
    expect(stderr).toContain('change gpuThreshold in temporal-dev.yaml');
  });
});
