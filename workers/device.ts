import { InputError } from '../shared/contracts/errors.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openClDevices } from '../shared/runtime/devices/opencl.ts';
import { nvidiaGpus } from '../shared/runtime/devices/nvidia.ts';
import type { DeviceAnswer, DeviceQuestion } from './ask-device.ts';
import { errorRecord } from '../shared/contracts/errors.ts';
import { provenThread } from './device-thread.ts';

// A process of its own for one question about devices: their libraries read the environment once,
// and what a driver does wrong ends no other process.
const question = JSON.parse(process.argv[2]) as DeviceQuestion;

async function answered(): Promise<DeviceAnswer> {
  if (question.ask === 'list') return { openCl: openClDevices(), nvidia: await nvidiaGpus() };
  const { lightgbmLib } = await readConfig();
  const { thread } = await provenThread({
    ...(lightgbmLib === undefined ? {} : { lightgbmLib }),
    device: question.device,
    onLog: () => {},
  });
  const seconds: number[] = [];
  for (const trial of question.trials) {
    const began = performance.now();
    await thread.run('trial', trial, { onProgress: () => {} });
    seconds.push((performance.now() - began) / 1000);
  }
  await thread.close();
  return { seconds };
}

let answer: DeviceAnswer;
try {
  answer = await answered();
} catch (error) {
  answer = { failed: errorRecord(error) };
}
if (process.send === undefined) throw new InputError('ask by ask-device.ts');
process.send(answer, () => process.disconnect());
