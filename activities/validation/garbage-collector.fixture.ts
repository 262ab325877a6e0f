// A process that collects the garbage of a data root until it has done so or is killed; it says so on
// stdout when it begins. Its argument: the data root.

import type { EpochMs } from '../../shared/contracts/time.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { openStore } from '../../shared/runtime/store/store.ts';
import { collectGarbage } from './collect-garbage.ts';

const root = await openDataRoot(process.argv[2]);
process.stdout.write('begins\n');
await collectGarbage(
  {
    root,
    plans: openPlans(root),
    store: openStore(root, () => {}),
    now: () => Date.now() as EpochMs,
  },
  { newest: 1, isOpen: () => Promise.resolve(false) },
);
