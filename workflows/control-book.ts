import type { CancelRequest, ControlCarried, ControlView } from '../shared/contracts/control.ts';
import type { OperatorWord, Pace, RunControl } from '../shared/contracts/run.ts';
import type { EpochMs } from '../shared/contracts/time.ts';

/** How an operator has set a run, and what may be asked of it now. Pure and replay-safe. */
export interface ControlBook {
  readonly state: RunControl['state'];
  /** Whether what is in flight is being cancelled. */
  readonly isCancelledNow: boolean;
  /** Whether no word is taken any more. */
  readonly isClosed: boolean;
  readonly inFlight: number | undefined;
  control(): RunControl | undefined;
  carried(): ControlCarried;
  view(): ControlView;
  pause(word: OperatorWord, at: EpochMs): void;
  resume(word: OperatorWord, at: EpochMs): void;
  cancel(request: CancelRequest, at: EpochMs): void;
  limit(inFlight: number, word: OperatorWord, at: EpochMs): void;
  /** Nothing can be changed any more. */
  close(): void;
  /** Windows may begin from now on. */
  train(at: EpochMs): void;
  pace(now: EpochMs): Pace | undefined;
  /** Each throws, for the one who asks, where a word cannot be taken. */
  checkPause(word: OperatorWord): void;
  checkResume(word: OperatorWord): void;
  checkCancel(request: CancelRequest): void;
  checkLimit(request: OperatorWord & { readonly inFlight: number }): void;
  /** Checks what is asked of any run that goes on. */
  checkGoesOn(word: OperatorWord): void;
}

/**
 * Opens the book of a run, or goes on with it.
 *
 * @param name - what it is called in a refusal: `run "2024-12-31-0badcafe"`
 */
export function controlBook(name: string, carried: ControlCarried = {}): ControlBook {
  let { control, inFlight } = carried;
  let isCancelledNow = false;
  let isClosed = false;
  let since: EpochMs | undefined;
  let pausedMs = 0;
  let pausedAt = control?.state === 'paused' ? control.at : undefined;
  const state = (): RunControl['state'] => control?.state ?? 'running';

  function set(next: RunControl['state'], { who, why }: OperatorWord, at: EpochMs): void {
    if (next === 'paused') pausedAt = at;
    else if (pausedAt !== undefined) {
      // What was paused before the first window could begin was no time for training.
      if (since !== undefined) pausedMs += at - Math.max(pausedAt, since);
      pausedAt = undefined;
    }
    control = { state: next, who, why, at };
  }

  function checkOpen(word: OperatorWord): void {
    for (const field of ['who', 'why'] as const)
      if (typeof word?.[field] !== 'string' || word[field].trim() === '')
        throw new Error(`"${field}" should be said: { "who": "asha", "why": "the disk is full" }`);
    if (isClosed) throw new Error(`${name} has ended and is being closed; nothing can be changed`);
  }

  function checkGoesOn(word: OperatorWord): void {
    checkOpen(word);
    if (state() === 'draining')
      throw new Error(`${name} is being cancelled already: ${said(control)}`);
  }

  return {
    get state() {
      return state();
    },
    get isCancelledNow() {
      return isCancelledNow;
    },
    get isClosed() {
      return isClosed;
    },
    get inFlight() {
      return inFlight;
    },
    control: () => control,
    carried: () => ({
      ...(control === undefined ? {} : { control }),
      ...(inFlight === undefined ? {} : { inFlight }),
    }),
    view() {
      if (control === undefined) throw new Error(`nobody has said anything to ${name}`);
      return { control, ...(inFlight === undefined ? {} : { inFlight }) };
    },
    pause: (word, at) => set('paused', word, at),
    resume: (word, at) => set('running', word, at),
    cancel(request, at) {
      isCancelledNow = request.mode === 'now';
      set('draining', request, at);
    },
    limit(count, { who, why }, at) {
      inFlight = count;
      // Who reads why a run is paused must not read why it was limited.
      if (state() !== 'paused') control = { state: state(), who, why, at };
    },
    close() {
      isClosed = true;
    },
    train(at) {
      since ??= at;
    },
    pace(now) {
      if (since === undefined) return undefined;
      const open = pausedAt === undefined ? 0 : Math.max(0, now - Math.max(pausedAt, since));
      return { since, pausedMs: pausedMs + open };
    },
    checkGoesOn,
    checkPause(word) {
      checkGoesOn(word);
      if (state() === 'paused') throw new Error(`${name} is paused already: ${said(control)}`);
    },
    checkResume(word) {
      checkGoesOn(word);
      if (state() !== 'paused') throw new Error(`${name} is not paused: it is running`);
    },
    checkCancel(request) {
      checkOpen(request);
      if (request.mode !== 'drain' && request.mode !== 'now')
        throw new Error(`"mode" should be "drain" or "now", not "${String(request.mode)}"`);
      if (state() !== 'draining') return;
      // A drain that takes too long may still be cut short.
      if (isCancelledNow || request.mode === 'drain')
        throw new Error(`${name} is being cancelled already: ${said(control)}`);
    },
    checkLimit(request) {
      checkGoesOn(request);
      if (!Number.isInteger(request.inFlight) || request.inFlight < 1)
        throw new Error(`"inFlight" should be a whole number from 1, not "${request.inFlight}"`);
    },
  };
}

function said(control: RunControl | undefined): string {
  return `"${control?.who}" said "${control?.why}"`;
}
