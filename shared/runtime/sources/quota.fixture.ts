import { systemClock } from '../clock.ts';
import { openDataRoot } from '../data-root.ts';
import { openQuota } from './quota.ts';

/** A process of its own that takes requests as fast as it can: `<data root> <per day>`. */
const [folder, perDay] = process.argv.slice(2);
const limits = { perMinute: 1_000_000, perDay: Number(perDay) };
const quota = openQuota(await openDataRoot(folder), 'breeze', limits, systemClock);
let granted = 0;
while (quota.take().granted) process.stdout.write(`${++granted}\n`);
