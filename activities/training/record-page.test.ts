import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PageRecord } from '../../shared/contracts/run.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import { run, testWorld } from '../world.fixture.ts';

function record(root: string, page: number, part: number): PageRecord {
  return {
    runId: 'r1',
    root,
    page,
    part,
    devices: { cpu0: 'cpu' },
    done: [[`W${page}.${part}`, 'teacher', 'trained', 'cpu0', 0.25, []]],
    failed: [],
  };
}

describe('recordPage', () => {
  test('writes each part of a page once, however often it is told', async () => {
    const world = await testWorld();
    const { id, path: root } = world.root;
    const parts = [record(id, 1, 1), record(id, 1, 2), record(id, 2, 1)];

    for (const part of [...parts, parts[0]]) await run(world, 'recordPage', part);

    const folder = path.join(root, 'runs', 'r1', 'outcomes');
    expect((await readdir(folder)).toSorted()).toEqual(['1-1.json', '1-2.json', '2-1.json']);
    expect(JSON.parse(await readFile(path.join(folder, '1-2.json'), 'utf8'))).toEqual(parts[1]);
    expect(await pageRecords(world.root, 'r1')).toEqual(parts);
  });

  test('refuses work of another data root', async () => {
    const refused = run(await testWorld(), 'recordPage', record('0badcafe', 1, 1));

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
  });
});
