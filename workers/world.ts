import type { EpochMs } from '../shared/contracts/time.ts';
import { openActions } from '../shared/runtime/reference/actions.ts';
import { openBarStore } from '../shared/runtime/bars/bar-store.ts';
import type { Config } from '../shared/runtime/stack/config.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import type { Logger } from '../shared/runtime/logger.ts';
import { lightgbmIdentity } from '../shared/runtime/lightgbm/installed.ts';
import { onnxruntimeVersion } from '../shared/runtime/onnx/onnx-version.ts';
import { overlayFile } from '../shared/runtime/reference/instrument-overlay.ts';
import { keptLately } from '../shared/runtime/compute/kept-lately.ts';
import { openPlans } from '../shared/runtime/runs/plans.ts';
import { readReference } from '../shared/runtime/reference/reference.ts';
import { openStore } from '../shared/runtime/store/store.ts';
import { stackEngines } from '../shared/runtime/stack/stack.ts';
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
    // Of 100 symbols over five years 44 features are 5.5 million values; 16 million are 64 MB.
    features: keptLately<Float32Array>(16_000_000, (values) => values.length),
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
