import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { BackfillSpec, WaitsFor } from '../shared/contracts/backfill.ts';
import type { Outcome, Stage } from '../shared/contracts/outcome.ts';
import type { ErrorClass } from '../shared/contracts/errors.ts';
import type { WindowSpec } from '../shared/contracts/run.ts';
import type { Interval, TradingDay } from '../shared/contracts/time.ts';

const run = defineSearchAttributeKey('Run', SearchAttributeType.KEYWORD);
const symbol = defineSearchAttributeKey('Symbol', SearchAttributeType.KEYWORD);
const interval = defineSearchAttributeKey('Interval', SearchAttributeType.KEYWORD);
const stage = defineSearchAttributeKey('Stage', SearchAttributeType.KEYWORD);
const outcome = defineSearchAttributeKey('Outcome', SearchAttributeType.KEYWORD);
const reason = defineSearchAttributeKey('Reason', SearchAttributeType.KEYWORD);
const lane = defineSearchAttributeKey('Lane', SearchAttributeType.KEYWORD);
const replayOf = defineSearchAttributeKey('ReplayOf', SearchAttributeType.KEYWORD);
const waiting = defineSearchAttributeKey('Waiting', SearchAttributeType.KEYWORD);
const windowFrom = defineSearchAttributeKey('WindowFrom', SearchAttributeType.DATETIME);
const windowTo = defineSearchAttributeKey('WindowTo', SearchAttributeType.DATETIME);
const asOf = defineSearchAttributeKey('AsOf', SearchAttributeType.DATETIME);

/** What a stage workflow can be listed by from its start. */
export function stageAttributes(
  runId: string,
  spec: WindowSpec,
  name: Stage,
): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: run, value: runId },
    { key: symbol, value: spec.symbol },
    { key: interval, value: spec.interval },
    { key: stage, value: name },
    { key: windowFrom, value: midnight(spec.from) },
    { key: windowTo, value: midnight(spec.to) },
  ]);
}

/** What a backfill's window can be listed by from its start. */
export function backfillAttributes(runId: string, spec: BackfillSpec): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: run, value: runId },
    { key: symbol, value: spec.symbol },
    { key: interval, value: spec.interval },
    { key: windowFrom, value: midnight(spec.from) },
    { key: windowTo, value: midnight(spec.to) },
  ]);
}

/** What a workflow waits for now, or that it waits no longer. */
export function waits(waitsFor: WaitsFor | 'operator' | undefined): SearchAttributeUpdatePair[] {
  return [{ key: waiting, value: waitsFor ?? null }];
}

/** The one update at the end of a backfill or of one of its windows. */
export function backfillEnded(ended: string, why?: string): SearchAttributeUpdatePair[] {
  return [
    { key: outcome, value: ended },
    ...(why === undefined ? [] : [{ key: reason, value: why }]),
  ];
}

/** What a batch can be listed by. */
export function batchAttributes(runId: string): TypedSearchAttributes {
  return new TypedSearchAttributes([{ key: run, value: runId }]);
}

/** The one update at a stage's end: how it ended and where. */
export function stageEnded(ended: Outcome, on: string): SearchAttributeUpdatePair[] {
  return [
    { key: outcome, value: ended },
    { key: lane, value: on },
  ];
}

/** The one update at the end of a stage that failed. */
export function stageFailed(why: ErrorClass, on: string): SearchAttributeUpdatePair[] {
  return [...stageEnded('failed', on), { key: reason, value: why }];
}

/** What a run that does windows of another again is listed by, whoever started it. */
export function replays(runId: string, of: string): SearchAttributeUpdatePair[] {
  return [
    { key: run, value: runId },
    { key: replayOf, value: of },
  ];
}

/** The one update at a run's end. */
export function runEnded(
  runId: string,
  state: string,
  day: TradingDay,
): SearchAttributeUpdatePair[] {
  return [
    { key: run, value: runId },
    { key: outcome, value: state },
    { key: asOf, value: midnight(day) },
  ];
}

/** What a night can be listed by from when it knows its day. */
export function nightBegun(runId: string, day: TradingDay): SearchAttributeUpdatePair[] {
  return [
    { key: run, value: runId },
    { key: asOf, value: midnight(day) },
  ];
}

/** The one update at a night's end, or of one that has nothing to do. */
export function nightEnded(
  state: string,
  why: string | undefined,
  day: TradingDay,
): SearchAttributeUpdatePair[] {
  return [
    { key: outcome, value: state },
    { key: asOf, value: midnight(day) },
    ...(why === undefined ? [] : [{ key: reason, value: why }]),
  ];
}

/** What a night's training can be listed by from its start. */
export function trainingAttributes(
  runId: string,
  { interval: spacing }: { readonly interval: Interval },
): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: run, value: runId },
    { key: interval, value: spacing },
  ]);
}

function midnight(day: TradingDay): Date {
  return new Date(`${day}T00:00:00Z`);
}
