import type { EpochMs } from '../shared/contracts/time.ts';
import { openActions } from '../shared/runtime/actions.ts';
import { openBarStore } from '../shared/runtime/bar-store.ts';
import type { Config } from '../shared/runtime/config.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import { lightgbmIdentity } from '../shared/runtime/lightgbm/installed.ts';
import { onnxruntimeVersion } from '../shared/runtime/onnx-version.ts';
import { overlayFile } from '../shared/runtime/instrument-overlay.ts';
import { openPlans } from '../shared/runtime/plans.ts';
import { readReference } from '../shared/runtime/reference.ts';
import { openStore } from '../shared/runtime/store.ts';
import { stackEngines } from '../shared/runtime/stack.ts';
import type { World } from '../shared/runtime/world.ts';

/** What of the configuration decides how windows are fitted and named. */
export type PlanSettings = Partial<Pick<Config, 'lightgbmLib' | 'gpuThreshold' | 'lanes'>>;

/**
 * Opens what an activity may touch, for a process that fits nothing.
 *
 * @param settings - what plans depend on: a LightGBM library of the operator's own, which is part of
 *   every key, and which windows are for a GPU
 */
export async function openWorld(
  root: DataRoot,
  log: Logger,
  settings: PlanSettings = {},
): Promise<World> {
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
    versions: {
      lightgbm: await lightgbmIdentity(settings.lightgbmLib),
      onnxruntime: onnxruntimeVersion,
    },
    ...(settings.gpuThreshold === undefined ? {} : { gpuThreshold: settings.gpuThreshold }),
    engines: () => stackEngines(root, settings.lanes ?? 'auto'),
    log,
    now: () => Date.now() as EpochMs,
    close: async () => bars.close(),
  };
}
