import path from 'node:path';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ConnectionOptions } from '@temporalio/client';
import { InputError } from '../../contracts/errors.ts';
import type { Engine } from '../../contracts/recipe.ts';
import type { Config, ConfiguredLane } from './config.ts';
import type { DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';
import { isAlive, type ProcessRef } from './processes.ts';

/** One process of a stack. */
export interface StackProcess {
  readonly role: 'temporal' | 'orchestrator' | 'work' | 'lane';
  readonly lane?: string;
  readonly pid: number;
}

/** A lane of the stack, and why nothing runs it where it was left down. */
export interface StackLane extends ConfiguredLane {
  readonly down?: string;
}

/** `state/stack.json`: where a running stack is and what it consists of. */
export interface StackState {
  readonly schema: 1;
  /** Process that supervises the others. */
  readonly supervisor: ProcessRef;
  /** `host:port` of the server. */
  readonly address: string;
  readonly namespace: string;
  /** Address of the Temporal UI where the stack runs its own server. */
  readonly temporalUi?: string;
  readonly processes: readonly StackProcess[];
  /** Absent where the stack was started by an earlier release. */
  readonly lanes?: readonly StackLane[];
}

/** Which server and namespace, and how to reach them. */
export interface TemporalPlace {
  readonly address: string;
  readonly namespace: string;
  readonly connection: ConnectionOptions;
}

/** A cluster named by `TEMPORAL_*` or a TOML profile, used instead of a dev server; else undefined. */
export function configuredCluster(config: Config, root: DataRoot): TemporalPlace | undefined {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const { address } = connectionOptions;
  if (address === undefined || address === '') return undefined;
  return {
    address,
    namespace: namespace ?? stackNamespace(config, root),
    connection: connectionOptions,
  };
}

/** The namespace of a data root's own. */
export function stackNamespace(config: Config, root: DataRoot): string {
  return `${config.temporal.namespace}-${root.id}`;
}

/**
 * The server of this data root's stack.
 *
 * @throws InputError if none is configured and no stack is up
 */
export async function temporalPlace(config: Config, root: DataRoot): Promise<TemporalPlace> {
  const cluster = configuredCluster(config, root);
  if (cluster !== undefined) return cluster;
  const state = await readStack(root);
  if (state === undefined || !(await isAlive(state.supervisor)))
    throw new InputError(
      `no stack is up for the data root "${root.path}"; start it: npm run -s sensequant -- up`,
    );
  const { address, namespace } = state;
  return { address, namespace, connection: { address } };
}

/** What a data root's stack last wrote of itself, running or not. */
export async function readStack(root: DataRoot): Promise<StackState | undefined> {
  return (await readJson(stackFile(root))) as StackState | undefined;
}

/**
 * The engines that lanes have: those of the stack while it is up, without lanes that were left down;
 * otherwise those configured.
 *
 * @returns undefined where nobody knows, since `auto` looks when a stack is started
 */
export async function stackEngines(
  root: DataRoot,
  configured: Config['lanes'],
): Promise<ReadonlySet<Engine> | undefined> {
  const state = await readStack(root);
  const isUp = state !== undefined && (await isAlive(state.supervisor));
  const lanes: readonly StackLane[] | undefined =
    (isUp ? state.lanes : undefined) ?? (configured === 'auto' ? undefined : configured);
  return lanes && new Set(lanes.flatMap(({ engine, down }) => (down === undefined ? engine : [])));
}

/** Writes where the stack is, whole or not at all. */
export async function writeStack(root: DataRoot, state: StackState): Promise<void> {
  await writeWhole(stackFile(root), `${JSON.stringify(state, null, 1)}\n`);
}

function stackFile(root: DataRoot): string {
  return path.join(root.path, 'state', 'stack.json');
}
