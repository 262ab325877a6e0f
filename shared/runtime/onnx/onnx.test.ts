import { copyFile, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { DataError, InputError } from '../../contracts/errors.ts';
import { onnxModel } from '../../domain/training/onnx/convert.ts';
import { encodeOnnx } from '../../domain/training/onnx/proto.ts';
import { openBooster } from '../lightgbm/booster.ts';
import { openOnnx, scoreStudent } from './onnx.ts';
import { scratchFolder } from '../scratch.fixture.ts';

// Serving a student:
// - columns by name in, a probability a row out, the same as the model opened by hand
// - features that are missing, extra or in another order are named
// - a file that was replaced is opened anew, one that cannot be opened is tried again

/** Two models of the features `rsi14` and `macd`: probability falls or rises with the first. */
let falling: Uint8Array;
let rising: Uint8Array;

beforeAll(() => {
  using booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
  const model = (sign: number): Uint8Array => {
    const values = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i));
    const labels = Float32Array.from({ length: 100 }, (_, i) => Number(sign * values[i] > 0));
    const matrix = { rows: 100, features: ['rsi14', 'macd'], values };
    const fit = booster.fit({ matrix, labels }, { objective: 'cross_entropy' }, 20);
    let step = fit.next();
    while (step.done !== true) step = fit.next();
    using fitted = step.value;
    return onnxModel(fitted.text, { metadata: {} });
  };
  falling = model(-1);
  rising = model(1);
});

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = path.join(scratchFolder(), 'model.onnx');
  await writeFile(file, bytes);
  return file;
}

const columns = { rsi14: [-0.5, 0.5, NaN], macd: [0, 0, 0] };

describe('scoreStudent', () => {
  test('gives a probability a row, as the opened model does', async () => {
    const model = await openOnnx(rising);
    const values = Float32Array.of(...columns.rsi14, ...columns.macd);

    const probabilities = await scoreStudent(await fileOf(rising), columns);

    expect(probabilities[0]).toBeLessThan(0.5);
    expect(probabilities[1]).toBeGreaterThan(0.5);
    expect(probabilities).toEqual(
      await model.predict({ rows: 3, features: ['rsi14', 'macd'], values }),
    );
  });

  test('gives nothing for no rows', async () => {
    const probabilities = await scoreStudent(await fileOf(rising), { rsi14: [], macd: [] });

    expect(probabilities).toEqual(new Float64Array());
  });

  test.each([
    [{ rsi14: [1] }, '"macd" is missing'],
    [{ rsi14: [1], macd: [1], adx14: [1] }, '"adx14" is extra'],
    [{ macd: [1], rsi14: [1] }, 'expected "rsi14" in column "0", found "macd"'],
    [{}, '"rsi14" is missing, "macd" is missing'],
    [{ rsi14: [1, 2], macd: [1] }, 'column "macd" has "1" rows, "rsi14" has "2"'],
  ])('names what is wrong with %o', async (given, fault) => {
    const scored = scoreStudent(await fileOf(rising), given as Record<string, number[]>);

    await expect(scored).rejects.toThrow(InputError);
    await expect(scored).rejects.toThrow(fault);
  });

  test('says where to find a model when it is given none', async () => {
    const scored = scoreStudent('/nowhere/model.onnx', columns);

    await expect(scored).rejects.toThrow('"/nowhere/model.onnx" is no file; give the path');
  });

  test.each([
    ['no ONNX at all', Buffer.from('tree\nversion=v4\n')],
    ['cut off', 'falling'],
    ['a model of somebody else', 'stranger'],
  ])('refuses a file that is %s', async (_, kind) => {
    const stranger = encodeOnnx({
      name: 'x',
      producer: { name: 'x', version: '1' },
      input: { name: 'a', columns: 1 },
      output: { name: 'b', columns: 1 },
      nodes: [{ operator: 'Sigmoid', input: 'a', output: 'b' }],
      metadata: {},
    });
    const bytes = kind === 'falling' ? falling.subarray(0, 900) : kind;
    const file = await fileOf(bytes === 'stranger' ? stranger : (bytes as Uint8Array));

    const scored = scoreStudent(file, columns);

    await expect(scored).rejects.toThrow(DataError);
    await expect(scored).rejects.toThrow(`"${file}" cannot be scored`);
  });

  test('opens a file anew that was replaced, a second later at most', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const file = await fileOf(rising);
      const [before] = await scoreStudent(file, columns);
      await rm(file);
      await writeFile(file, falling);
      await utimes(file, 1, 1);

      vi.advanceTimersByTime(1001);
      const [after] = await scoreStudent(file, columns);

      expect(before).toBeLessThan(0.5);
      expect(after).toBeGreaterThan(0.5);
    } finally {
      vi.useRealTimers();
    }
  });

  test('tries a file again that could not be opened', async () => {
    const file = await fileOf(Buffer.from('nothing'));
    await expect(scoreStudent(file, columns)).rejects.toThrow(DataError);
    await copyFile(await fileOf(rising), file);

    const probabilities = await scoreStudent(file, columns);

    expect(probabilities).toHaveLength(3);
  });

  test('opens a model once for calls at the same time', async () => {
    const file = await fileOf(rising);

    const all = await Promise.all(Array.from({ length: 20 }, () => scoreStudent(file, columns)));

    expect(new Set(all.map((one) => one.join()))).toEqual(new Set([all[0].join()]));
  });
});
