import { checkNamespace, connect, type Temporal } from '../shared/runtime/stack/client.ts';
import { readConfig, type Config } from '../shared/runtime/stack/config.ts';
import { openDataRoot, type DataRoot } from '../shared/runtime/data-root.ts';
import { temporalPlace } from '../shared/runtime/stack/stack.ts';

/** The stack of the configured data root, with its server. */
export interface ReachedStack {
  readonly config: Config;
  readonly root: DataRoot;
  readonly temporal: Temporal;
}

/**
 * Does a command's work with the server of the configured data root, and leaves it whatever happens.
 *
 * @throws InputError if no stack is up, or the namespace is another data root's
 */
export async function onStack<T>(work: (stack: ReachedStack) => Promise<T>): Promise<T> {
  const config = await readConfig();
  const root = await openDataRoot(config.dataRoot);
  const temporal = await connect(await temporalPlace(config, root));
  try {
    await checkNamespace(temporal, root);
    return await work({ config, root, temporal });
  } finally {
    await temporal.close();
  }
}
