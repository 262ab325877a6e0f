import { setImmediate } from 'node:timers/promises';
import { binary, fitted, installedBooster, trainingSet } from './booster.fixture.ts';

// Prints the process's size in bytes after every 500 fits, five times, as JSON. To be run with
// --expose-gc and a small young generation: then what grows is native memory, not garbage.
const booster = installedBooster();
const set = trainingSet();
const sizes: number[] = [];

for (let batch = 0; batch < 5; batch++) {
  for (let i = 0; i < 500; i++) {
    using model = fitted(booster, set, binary, 10);
    using loaded = booster.load(model.text);
    loaded.predict(set.matrix);
    const early = booster.fit(set, binary, 10);
    early.next();
    early.return(undefined as never);
  }
  globalThis.gc?.();
  // V8 gives pages back from threads of its own.
  await setImmediate();
  sizes.push(process.memoryUsage().rss);
}
console.log(JSON.stringify(sizes));
