import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, onTestFinished, test } from 'vitest';
import { provenThread } from './device-thread.ts';
import { watchDevice } from './device-watch.ts';

const laneFault = ApplicationFailure.create({ type: 'LaneError', message: 'out of memory' });
const dataFault = ApplicationFailure.create({ type: 'DataError', message: 'damaged' });

describe('watchDevice', () => {
  async function watching() {
    const { thread, proveAgain } = await provenThread({ device: 'cpu', onLog: () => {} });
    const lost: string[] = [];
    const proofs: Promise<void>[] = [];
    const prove = () => {
      const proof = proveAgain();
      proofs.push(proof);
      return proof;
    };
    const watch = watchDevice('cpu', prove, ({ message }) => lost.push(message));
    onTestFinished(() => thread.close());
    const fail = (error: Error) => watch.watched(() => Promise.reject(error))('a window');
    const settled = () => Promise.allSettled(proofs);
    return { thread, watch, lost, proofs, fail, settled };
  }

  test('has the device prove itself after a fault of the lane, and goes on where it can', async () => {
    const { lost, proofs, fail, settled } = await watching();

    await expect(fail(laneFault)).rejects.toBe(laneFault);
    await expect(fail(dataFault)).rejects.toBe(dataFault);
    await settled();

    expect(proofs).toHaveLength(1);
    expect(lost).toEqual([]);
  });

  test('tells once of a device that cannot fit the proof any more', async () => {
    const { thread, lost, fail, settled } = await watching();
    await thread.close();

    await expect(fail(laneFault)).rejects.toBe(laneFault);
    await expect(fail(laneFault)).rejects.toBe(laneFault);
    await settled();
    await expect(fail(laneFault)).rejects.toBe(laneFault);

    expect(lost).toEqual(['device "cpu" was lost: the compute thread was closed']);
  });

  test('does not look while its process ends', async () => {
    const { watch, lost, proofs, fail } = await watching();

    watch.end();
    await expect(fail(laneFault)).rejects.toBe(laneFault);

    expect([...proofs, ...lost]).toEqual([]);
  });
});
