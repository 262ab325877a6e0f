import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratchRoot } from '../scratch.fixture.ts';
import { loggedStep, readTelemetry, stepNow, telemetryFolder } from './telemetry.ts';

const ids = { runId: 'r1', window: 'A/1d/x', step: 'fitTeacher', attempt: 1 };
const at = (ms: number) => () => ms;

describe('a step’s log', () => {
  test('is written as it happens, a file a process, and read merged by time', async () => {
    const root = await scratchRoot();
    loggedStep(root, 'cpu0', ids, at(2_000)).say('second', { seconds: 3 });
    loggedStep(root, 'work', { runId: 'r1' }, at(1_000)).say('first');
    loggedStep(root, 'cpu0', ids, at(3_000)).say('third', {}, 40);

    const lines = await readTelemetry(telemetryFolder(root, 'r1'));

    expect(lines).toMatchObject([
      { role: 'work', msg: 'first', level: 30 },
      { role: 'cpu0', msg: 'second', window: 'A/1d/x', step: 'fitTeacher', seconds: 3 },
      { role: 'cpu0', msg: 'third', level: 40, time: '1970-01-01T00:00:03.000Z' },
    ]);
  });

  test('is read on from where it was, without a line that is being written or was cut off', async () => {
    const root = await scratchRoot();
    const step = loggedStep(root, 'cpu0', ids, at(1));
    const folder = telemetryFolder(root, 'r1');
    const read = new Map<string, number>();
    step.say('one');
    await appendFile(path.join(folder, 'cpu0.jsonl'), '{"msg":"tw');
    const first = await readTelemetry(folder, read);
    await appendFile(path.join(folder, 'cpu0.jsonl'), '\n{"time":"1","msg":"three"}\n');
    const second = await readTelemetry(folder, read);

    expect(first.map(({ msg }) => msg)).toEqual(['one']);
    expect(second.map(({ msg }) => msg)).toEqual(['three']);
    expect(await readTelemetry(folder, read)).toEqual([]);
  });

  test('keeps its last lines, bounded, for whoever asks why it failed', async () => {
    const step = loggedStep(await scratchRoot(), 'cpu0', ids, at(1));
    for (let line = 0; line < 150; line++) step.say(`line ${line} ${'x'.repeat(2_000)}`);

    expect(step.lines()).toHaveLength(100);
    expect(step.lines().at(-1)).toContain('line 149');
    expect(Math.max(...step.lines().map(({ length }) => length))).toBe(500);
  });

  test('has no secret in it', async () => {
    const root = await scratchRoot();
    const step = loggedStep(root, 'work', { runId: 'r1' }, at(1));

    step.say('refused: session_token=abc123; try again', { apiKey: 'k3y', app_key: 'k3y' });

    const text = await readFile(path.join(telemetryFolder(root, 'r1'), 'work.jsonl'), 'utf8');
    expect(text + step.lines().join()).not.toMatch(/abc123|k3y/);
    expect(JSON.parse(text)).toMatchObject({ msg: 'refused: session_token=…; try again' });
  });

  test('costs the step nothing where it cannot be written, or its run has no name', async () => {
    const root = await scratchRoot();
    await writeFile(path.join(root.path, 'telemetry'), 'a file where a folder should be');
    const step = loggedStep(root, 'cpu0', ids, at(1));

    expect(step.run(() => stepNow()?.ids)).toEqual(ids);
    expect(() => step.say('lost')).not.toThrow();
    expect(() => loggedStep(root, 'x', { runId: '../up' }, at(1)).say('no')).not.toThrow();
    expect(step.lines()).toHaveLength(1);
    expect(stepNow()).toBeUndefined();
  });
});
