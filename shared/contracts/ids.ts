import type { Stage } from './outcome.ts';
import type { Interval, TradingDay } from './time.ts';

/** The one workflow that knows a stack's lanes. */
export const lanesWorkflowId = 'lanes';

/** The queue of all workflows, and the queue of what touches the world but needs no device. */
export const orchestratorQueue = 'sensequant';
export const workQueue = 'work';

/** `<lane>/alive`: polled by a lane's process also while it fits, and never given anything. */
export function aliveQueue(lane: string): string {
  return `${lane}/alive`;
}

/** `market/<source>`, the queue of what asks a source: as few at a time as it bears. */
export function marketQueue(source: string): string {
  return `market/${source}`;
}

/** Whether `name` may name a run: it becomes a folder and part of workflow ids. */
export function isRunName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._&-]{0,99}$/.test(name);
}

/** What names of pools begin with; no ticker does. */
const pooledPrefix = 'POOLED.';

/** `POOLED.nifty100`: what stands for a symbol in windows that hold a universe. */
export function pooledSymbol(universe: string): string {
  return `${pooledPrefix}${universe}`;
}

/** Whether a window of this symbol holds a universe. */
export function isPooledSymbol(symbol: string): boolean {
  return symbol.startsWith(pooledPrefix);
}

/** `RELIANCE/1d/2022-01-01..2022-06-30`; from the first day to the day after the last. */
export function windowId(
  symbol: string,
  interval: Interval,
  from: TradingDay,
  to: TradingDay,
): string {
  return `${symbol}/${interval}/${from}..${to}`;
}

/** `train/<runId>`, the workflow of a run. */
export function runWorkflowId(runId: string): string {
  return `train/${runId}`;
}

/** `train/<runId>/<page>`, the batch of one page; pages count from 1. */
export function batchWorkflowId(runId: string, page: number): string {
  return `${runWorkflowId(runId)}/${page}`;
}

/** `train/<runId>/<window>/<stage>`. */
export function stageWorkflowId(runId: string, window: string, stage: Stage): string {
  return `${runWorkflowId(runId)}/${window}/${stage}`;
}

/** `backfill/<runId>`, the workflow of a backfill. */
export function backfillWorkflowId(runId: string): string {
  return `backfill/${runId}`;
}

/** `backfill/<runId>/<window>`. */
export function backfillWindowWorkflowId(runId: string, window: string): string {
  return `${backfillWorkflowId(runId)}/${window}`;
}

/** `retrain/<schedule>`, to which a schedule adds `-<ISO time>`: the only id with colons. */
export function retrainWorkflowId(schedule: string): string {
  return `retrain/${schedule}`;
}
