import type { EpochMs } from '../shared/contracts/time.ts';
import { openActions } from '../shared/runtime/actions.ts';
import { openBarStore } from '../shared/runtime/bar-store.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import { lightgbmIdentity } from '../shared/runtime/lightgbm/installed.ts';
import { onnxruntimeVersion } from '../shared/runtime/onnx-version.ts';
import { overlayFile } from '../shared/runtime/instrument-overlay.ts';
import { openPlans } from '../shared/runtime/plans.ts';
import { readReference } from '../shared/runtime/reference.ts';
import { openStore } from '../shared/runtime/store.ts';
import type { World } from '../shared/runtime/world.ts';

/**
 * Opens what an activity may touch, for a process that fits nothing.
 *
 * @param library - a LightGBM library of the operator's own: part of every key
 */
export async function openWorld(root: DataRoot, log: Logger, library?: string): Promise<World> {
  const { calendar, instruments } = await readReference(undefined, overlayFile(root));
  const bars = openBarStore(root);
  return {
    root,
    store: openStore(root, (message) => log.warn(message)),
    plans: openPlans(root),
    bars,
    actions: openActions(root, instruments),
    calendar,
    instruments,
    versions: { lightgbm: await lightgbmIdentity(library), onnxruntime: onnxruntimeVersion },
    log,
    now: () => Date.now() as EpochMs,
    close: async () => bars.close(),
  };
}
