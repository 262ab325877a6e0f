import { ApplicationFailure, log, setHandler } from '@temporalio/workflow';
import type {
  ControlView,
  RetriedWindow,
  RetryRequest,
  WindowRow,
} from '../shared/contracts/control.ts';
import { isPooledSymbol } from '../shared/contracts/ids.ts';
import type { EpochMs } from '../shared/contracts/time.ts';
import type { ControlBook } from './control-book.ts';
import { retryFailed } from './messages.ts';
import type { RunBatches } from './run-batches.ts';

/** Windows of one retry page, as text: within 4 KiB a message. */
const mostCharacters = 3_000;

/** Failed windows that an operator wants tried again. */
export interface RunRetries {
  readonly waiting: number;
  /** The windows of the next retry page, pooled ones before all others; undefined where none waits. */
  next(): readonly WindowRow[] | undefined;
}

/** Has a run hear `retryFailed`, for windows of closed pages and of the open one. */
export function runRetries(name: string, control: ControlBook, batches: RunBatches): RunRetries {
  const waiting = new Map<string, WindowRow>();

  async function take(request: RetryRequest): Promise<ControlView> {
    await batches.allTold();
    const failed = batches.book.failed().filter(({ window }) => !waiting.has(window));
    const asked = request.windows ?? failed.map(({ window }) => window);
    const known = new Map(failed.map((row) => [row.window, row]));
    const unknown = asked.filter((window) => !known.has(window));
    if (unknown.length > 0)
      throw refusal(
        `${name}: of these windows none has failed, or they wait for another try already: ` +
          `"${unknown.slice(0, 5).join('", "')}"`,
      );
    if (asked.length === 0) throw refusal(`${name} has no failed window to try again`);
    if (control.isClosed || control.state === 'draining')
      throw refusal(`${name} has ended meanwhile; replay its failed windows`);
    for (const window of asked) waiting.set(window, known.get(window) as WindowRow);
    const { who, why } = request;
    log.info(`${name} was told to try failed windows again`, { who, why, windows: asked.length });
    const set = control.control() ?? { state: 'running', who, why, at: Date.now() as EpochMs };
    return { control: set, toRetry: waiting.size };
  }

  setHandler(retryFailed, take, {
    validator(request) {
      control.checkGoesOn(request);
      if (request.windows !== undefined && !Array.isArray(request.windows))
        throw new Error(`"windows" should be a list of names, or absent for all that failed`);
    },
  });

  return {
    get waiting() {
      return waiting.size;
    },
    next() {
      const all = [...waiting.values()].toSorted((a, b) => a.page - b.page);
      if (all.length === 0) return undefined;
      const isPooled = ({ window }: WindowRow): boolean => isPooledSymbol(window);
      const rows = all.filter((row) => isPooled(row) === isPooled(all[0]));
      let characters = 0;
      const page = rows.filter(
        (row) => (characters += asRetried(row).join().length + 8) < mostCharacters,
      );
      for (const { window } of page) waiting.delete(window);
      return page;
    },
  };
}

/** A window to try again, as a batch is told. */
export function asRetried({ window, stage = 'teacher' }: WindowRow): RetriedWindow {
  return [window, stage];
}

function refusal(message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, 'InputError');
}
