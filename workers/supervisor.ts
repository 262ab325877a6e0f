import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError, LaneError } from '../shared/contracts/errors.ts';
import { lanesWorkflowId } from '../shared/contracts/ids.ts';
import type { LanesView } from '../shared/contracts/lanes.ts';
import {
  connect,
  ensureNamespace,
  isServerOf,
  type Temporal,
} from '../shared/runtime/stack/client.ts';
import { environmentWith, type Config } from '../shared/runtime/stack/config.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { makeCurrent } from '../shared/runtime/stack/deployments.ts';
import { deviceVariables } from '../shared/runtime/devices/device-environment.ts';
import {
  configuredCluster,
  readStack,
  stackNamespace,
  writeStack,
  type StackLane,
  type StackProcess,
  type StackState,
} from '../shared/runtime/stack/stack.ts';
import { isAlive, thisProcess } from '../shared/runtime/stack/processes.ts';
import { devServer } from './dev-server.ts';
import { keepProcess, type KeptProcess } from './kept-process.ts';
import { endLeftovers } from './leftovers.ts';
import { resolveLanes } from './resolve-lanes.ts';
import { versionOf, type DeployedPart } from './versions.ts';

/** A stack that is up. */
export interface Stack {
  readonly state: StackState;
  /** Drains the lanes, then the work process, the orchestrator, and the server. */
  stop(): Promise<void>;
}

/** Who is told what the supervisor does and what happens to its processes. */
export interface StackListener {
  step(message: string): void;
  died(who: string, message: string): void;
}

/** How often another server may take a port between the look at it and the start on it. */
const attempts = 5;
const drainMs = 60_000;
const serverStartMs = 60_000;

type Member = Omit<StackProcess, 'pid'> & { readonly kept: KeptProcess };

/**
 * Starts the stack of a data root and keeps its processes alive: one that dies is started again and
 * finds its work where it was; one that can do nothing until a person acts is left down, and said.
 * A stack is up with the lanes that could start, of which there is one at least.
 *
 * @param temporalCli - finds the `temporal` command, where no cluster is configured
 * @throws InputError if the stack is up already, or a process refuses to start
 */
export async function startStack(
  config: Config,
  root: DataRoot,
  temporalCli: () => Promise<string>,
  listener: StackListener,
): Promise<Stack> {
  for (let attempt = 1; ; attempt++)
    try {
      return await startOnce(config, root, temporalCli, listener);
    } catch (error) {
      if (!(error instanceof StrangerError) || attempt === attempts) throw error;
      listener.step(`${error.message}; takes another port`);
    }
}

/** Another stack's server answers where this one's should. */
class StrangerError extends LaneError {}

async function startOnce(
  config: Config,
  root: DataRoot,
  temporalCli: () => Promise<string>,
  listener: StackListener,
): Promise<Stack> {
  const before = await readStack(root);
  if (before !== undefined && (await isAlive(before.supervisor)))
    throw new InputError(
      `the stack of "${root.path}" is up already (process "${before.supervisor.pid}"); ` +
        `stop it: npm run -s sensequant -- down`,
    );
  if (before !== undefined) await endLeftovers(before, root);
  const logs = path.join(root.path, 'state', 'logs');
  await mkdir(logs, { recursive: true });
  const lanes = await resolveLanes(config, (message) => listener.step(message));
  const cluster = configuredCluster(config, root);
  const server = cluster ? undefined : await devServer(await temporalCli(), config, root);
  const address = cluster?.address ?? server?.address ?? '';
  const namespace = cluster?.namespace ?? stackNamespace(config, root);
  const place = cluster ?? { address, namespace, connection: { address } };
  const supervisor = await thisProcess();
  const outputs = new Map<string, number>();
  const members: Member[] = [];
  let isComplete = false;

  try {
    if (server) {
      listener.step(`starts the Temporal server at ${address}`);
      member({ role: 'temporal' }, () => server.start(logOf('temporal')));
    }
    const temporal = await connect(place, serverStartMs);
    if (server && !(await isServerOf(temporal, root))) {
      await temporal.close();
      throw new StrangerError(`another server has taken ${address} meanwhile`);
    }
    await ensureNamespace(temporal, root, config.temporal.retentionDays);
    await save();
    listener.step(`starts the orchestrator, the work process and ${lanes.length} lanes`);
    member({ role: 'orchestrator' }, () => worker('orchestrator'));
    member({ role: 'work' }, () => worker('work'));
    for (const one of lanes) member({ role: 'lane', lane: one.lane }, () => worker('lane', one));
    await Promise.all(readyOf('orchestrator', 'work'));
    // A versioned process gets nothing to do before its version is current.
    await release(temporal, 'orchestrator', 'work');
    await someOf(readyOf('lane'));
    await release(temporal, 'lanes');
    await drainStrangers(temporal, stackLanes());
    await temporal.close();
    isComplete = true;
    return { state: await save(), stop };
  } catch (error) {
    await stop();
    throw error;
  }

  function member(who: Omit<StackProcess, 'pid'>, start: Parameters<typeof keepProcess>[0]): void {
    const kept = keepProcess(start, {
      started: () => void (isComplete && save()),
      died(message) {
        listener.died(who.lane ?? who.role, message);
        if (isComplete) void save();
      },
    });
    members.push({ ...who, kept });
  }

  function worker(role: string, as?: StackLane): ReturnType<typeof fork> {
    const entry = fileURLToPath(new URL(`./${role}.ts`, import.meta.url));
    const output = logOf(as?.lane ?? role);
    return fork(entry, as === undefined ? [] : [JSON.stringify(as)], {
      env: environmentWith(deviceVariables(config, as?.device ?? 'cpu')),
      stdio: ['ignore', output, output, 'ipc'],
      detached: true,
    });
  }

  function logOf(name: string): number {
    const open = outputs.get(name) ?? openSync(path.join(logs, `${name}.log`), 'a');
    outputs.set(name, open);
    return open;
  }

  function readyOf(...roles: readonly StackProcess['role'][]): Promise<void>[] {
    return members.filter(({ role }) => roles.includes(role)).map(({ kept }) => kept.ready);
  }

  function stackLanes(): StackLane[] {
    return lanes.map((lane) => {
      const down = members.find((one) => one.lane === lane.lane)?.kept.down;
      return { ...lane, ...(down === undefined ? {} : { down }) };
    });
  }

  async function release(temporal: Temporal, ...parts: readonly DeployedPart[]): Promise<void> {
    for (const part of parts) {
      const version = versionOf(config.versioning, part);
      if (version !== undefined) await makeCurrent(temporal, version);
    }
  }

  async function save(): Promise<StackState> {
    const processes = members.flatMap(({ kept, ...who }) =>
      kept.pid === undefined || kept.down !== undefined ? [] : [{ ...who, pid: kept.pid }],
    );
    const state: StackState = {
      schema: 1,
      supervisor,
      address,
      namespace,
      ...(server ? { temporalUi: server.ui } : {}),
      processes,
      lanes: stackLanes(),
    };
    await writeStack(root, state);
    return state;
  }

  async function stop(): Promise<void> {
    isComplete = false;
    for (const role of ['lane', 'work', 'orchestrator', 'temporal'] as const)
      await Promise.all(
        members.filter((one) => one.role === role).map(({ kept }) => kept.stop(drainMs)),
      );
  }
}

/** Waits until each was ready or refused; one must be ready. */
async function someOf(ready: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(ready);
  await Promise.any(ready).catch(({ errors: [first] }: AggregateError) => Promise.reject(first));
}

/** Lanes of an earlier configuration are known to the `lanes` workflow but will not come back. */
async function drainStrangers({ client }: Temporal, own: readonly StackLane[]): Promise<void> {
  const handle = client.workflow.getHandle(lanesWorkflowId);
  const { lanes } = await handle.query<LanesView>('lanes');
  for (const { lane, state } of lanes) {
    const known = own.find((one) => one.lane === lane);
    if (state === 'draining' || (known && known.down === undefined)) continue;
    const why = known?.down ?? 'the configuration no longer names it';
    await handle.executeUpdate('drain', { args: [{ lane, why }] });
  }
}
