import type {
  DrainRequest,
  Lane,
  LaneFailure,
  LanesInput,
  LanesTold,
  LaneState,
  LanesView,
} from '../shared/contracts/lanes.ts';

/** What a stack knows of its lanes and open batches. Pure and replay-safe. */
export interface LaneBook {
  view(): LanesView;
  /** Whether anything changed that batches have not been told. */
  readonly hasNews: boolean;
  add(lane: Lane): void;
  /** An operator's drain holds until `undrain`; one of the stack's own until the lane is there again. */
  drain(request: DrainRequest): void;
  undrain(lane: string): void;
  /** A lane's device is gone: only its own word opens it again. */
  fail(failure: LaneFailure): void;
  limit(inFlight: number): void;
  register(batch: string): void;
  unregister(batch: string): void;
  /** Takes who is polled: an open lane that nobody polls is lost, a lost one that is polled open. */
  census(polled: ReadonlySet<string>): void;
  /** What to tell each open batch now; afterwards there is no news. */
  told(): LanesTold;
}

/** Opens the book where the last execution closed it. */
export function laneBook(input: LanesInput): LaneBook {
  const states = new Map(input.lanes.map((state) => [state.lane, state]));
  const batches = new Set(input.batches);
  let inFlight = input.inFlight;
  let hasNews = batches.size > 0;

  function put(state: LaneState): void {
    states.set(state.lane, state);
    hasNews = true;
  }

  return {
    view: () => ({
      lanes: [...states.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1)),
      inFlight,
      batches: [...batches],
    }),
    get hasNews() {
      return hasNews;
    },
    add(lane) {
      const before = states.get(lane.lane);
      const generation = (before?.generation ?? 0) + 1;
      const { who, why } = before ?? {};
      if (who === undefined) return put({ ...lane, generation, state: 'open' });
      put({ ...lane, generation, state: 'draining', who, ...(why === undefined ? {} : { why }) });
    },
    drain({ lane, why, who }) {
      const state = states.get(lane);
      if (state === undefined || (who === undefined && state.who !== undefined)) return;
      put({ ...state, state: 'draining', why, ...(who === undefined ? {} : { who }) });
    },
    undrain(name) {
      const state = states.get(name);
      if (state?.who === undefined) return;
      const { lane, device, engine, generation } = state;
      put({ lane, device, engine, generation, state: 'open' });
    },
    fail({ lane, why }) {
      const state = states.get(lane);
      if (state !== undefined && state.who === undefined) put({ ...state, state: 'failed', why });
    },
    limit(count) {
      inFlight = count;
      hasNews = true;
    },
    register(batch) {
      batches.add(batch);
      hasNews = true;
    },
    unregister(batch) {
      hasNews = batches.delete(batch) || hasNews;
    },
    census(polled) {
      for (const { lane, device, engine, generation, state } of states.values()) {
        const known = { lane, device, engine, generation };
        const isPolled = polled.has(lane);
        if (state === 'open' && !isPolled)
          put({ ...known, state: 'lost', why: 'nothing polls its queue' });
        if (state === 'lost' && isPolled) put({ ...known, state: 'open' });
      }
    },
    told() {
      hasNews = false;
      const open = [...states.values()].filter(({ state }) => state === 'open');
      return {
        lanes: open.map(({ lane, device, engine, generation }) => {
          return { lane, device, engine, generation };
        }),
        inFlight: Math.max(1, Math.floor(inFlight / Math.max(1, runsOf(batches).size))),
      };
    },
  };
}

/** Runs that have batches open; the batches of one share what it may have in flight. */
function runsOf(batches: ReadonlySet<string>): Set<string> {
  return new Set([...batches].map((batch) => batch.slice(0, batch.lastIndexOf('/'))));
}
