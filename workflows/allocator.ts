import type { FedLane, HeldTold, LanesTold } from '../shared/contracts/lanes.ts';
import type { Stage } from '../shared/contracts/outcome.ts';
import type { Engine } from '../shared/contracts/recipe.ts';
import { lanePaces } from './lane-paces.ts';
import { firstDone, laneRunner, type LaneRunner, type LeftWork } from './lane-runner.ts';

/** What asks for a lane: the first of the stages that are left of a window. */
export interface Work extends LeftWork {
  readonly engine: Engine;
  /** Whether a stage of its window is done: such a one goes before windows that have not begun. */
  readonly isBegun: boolean;
}

/** A lane's promise to one stage, from hand-over to its end. */
export interface Ticket {
  readonly lane: string;
  readonly generation: number;
  /** Lanes in the order to try: the one chosen, then the others by when they have done what they have. */
  readonly order: readonly string[];
}

/** Work that waits for a lane, until it has a ticket. */
export interface Place {
  readonly work: Work;
  ticket?: Ticket;
}

/** Who gets the next window. Pure and replay-safe: it knows only what it was told, in order. */
export interface Allocator {
  tell(told: LanesTold): void;
  /** Holds back windows that have not begun, or no longer; those that have go on to their end. */
  hold(isHeld: boolean): void;
  /** What pages before hold of the lanes; a page that follows is given nothing before it knows. */
  precede(told: HeldTold): void;
  /** Asks for a lane; the ticket comes at once or when there is room. */
  ask(work: Work): Place;
  /** Gives up a place that has no ticket. */
  withdraw(place: Place): void;
  /** A stage ended on its lane, `failed` where that could not do it; asks for the next of its window. */
  release(place: Place, failed: boolean, next?: Work): Place | undefined;
  /** A lane did a stage in so many seconds. */
  measured(lane: string, stage: Stage, cost: number, seconds: number): void;
  /** Whether every window that asked has begun. */
  readonly isHandedOut: boolean;
  /** Whether what is held has changed since `cede` said it. */
  readonly hasLeft: boolean;
  /** Leaves to the page that follows all places but those in use, and says which these are. */
  cede(): HeldTold;
}

/** A page's standing in its run. */
export interface AllocatorOptions {
  /** A page before it may hold places. */
  readonly follows: boolean;
  /** What pages that follow will ask, as far as it matters to who gets the last of this one. */
  readonly after: readonly Work[];
}

interface Load {
  readonly work: Set<Work>;
  failures: number;
}

/** What waits for the lanes of one engine. */
interface Field {
  readonly runners: readonly LaneRunner[];
  last: Place;
}

/**
 * Feeds the lane that would be done first, by what lanes measured, a few windows ahead so that none
 * waits for the orchestrator.
 *
 * What waits and what is to come is laid out over all lanes, and a lane with room gets what falls to
 * it: at a run's end a slow one is given nothing that a fast one, busy as it is, would finish earlier.
 * A lane that failed
 * a window is left out while another is well, until it announces itself again: then it has a new
 * generation, and what the old one still owes does not count against it.
 */
export function allocator({ follows, after }: AllocatorOptions): Allocator {
  let lanes: readonly FedLane[] = [];
  let inFlight = 0;
  let before: HeldTold | undefined = follows ? undefined : { held: [], paces: [] };
  let ceded: HeldTold['held'] | undefined;
  let waiting: Place[] = [];
  let isHeld = false;
  const loads = new Map<string, Load>();
  const paces = lanePaces();

  return {
    tell(told) {
      lanes = told.lanes;
      inFlight = told.inFlight;
      feed();
    },
    hold(now) {
      isHeld = now;
      feed();
    },
    precede(told) {
      before = told;
      paces.take(told.paces);
      feed();
    },
    ask(work) {
      const place = queued(work);
      feed();
      return place;
    },
    withdraw(place) {
      waiting = waiting.filter((one) => one !== place);
    },
    release({ work, ticket }, failed, next) {
      const load = ticket && loadOf(ticket);
      load?.work.delete(work);
      if (load !== undefined) load.failures = failed ? load.failures + 1 : 0;
      const place = next && queued(next);
      feed();
      return place;
    },
    measured: paces.measured,
    get isHandedOut() {
      return waiting.every(({ work }) => work.isBegun);
    },
    get hasLeft() {
      return JSON.stringify(windowsOf(ceded ?? [])) !== JSON.stringify(windowsOf(heldNow()));
    },
    cede() {
      ceded = heldNow();
      return { held: ceded, paces: paces.told() };
    },
  };

  function loadOf({ lane, generation }: Pick<FedLane, 'lane' | 'generation'>): Load {
    const name = `${lane}#${generation}`;
    const load = loads.get(name) ?? { work: new Set(), failures: 0 };
    loads.set(name, load);
    return load;
  }

  /** What is begun goes before what is not, otherwise in the order asked. */
  function queued(work: Work): Place {
    const place: Place = { work };
    const begun = waiting.filter((one) => one.work.isBegun);
    const others = waiting.filter((one) => !one.work.isBegun);
    waiting = work.isBegun ? [...begun, place, ...others] : [...begun, ...others, place];
    return place;
  }

  function feed(): void {
    for (let found = next(); found !== undefined; found = next()) {
      const { place, lane } = found;
      const others = runnersOf(able(place.work.engine).filter((one) => one !== lane));
      const order = [
        lane,
        ...others.toSorted((a, b) => a.doneIn - b.doneIn).map((one) => one.lane),
      ];
      loadOf(lane).work.add(place.work);
      const { lane: name, generation } = lane;
      place.ticket = { lane: name, generation, order: order.map((one) => one.lane) };
      waiting = waiting.filter((one) => one !== place);
    }
  }

  /** What to hand over next, and to whom; undefined where nothing can be or should be. */
  function next(): { readonly place: Place; readonly lane: FedLane } | undefined {
    if (before === undefined) return undefined;
    const fields = new Map<Engine, Field>();
    for (const place of waiting.filter(({ work }) => work.isBegun || !isHeld)) {
      const { engine } = place.work;
      const field = fields.get(engine) ?? { runners: runnersWithRoom(engine), last: place };
      fields.set(engine, field);
      field.last = place;
      // What is begun keeps its place on the lanes, or a page that follows would take it.
      const isKept = place.work.isBegun && after.length > 0;
      const runners = isKept ? field.runners.filter(({ hasRoom }) => hasRoom) : field.runners;
      const lane = laidOut(runners, place.work);
      if (lane !== undefined) return { place, lane };
    }
    for (const work of after) {
      const field = fields.get(work.engine);
      const lane = field && laidOut(field.runners, work);
      if (field !== undefined && lane !== undefined) return { place: field.last, lane };
    }
    return undefined;
  }

  /** The lanes of an engine that take work, if any of them can now. */
  function runnersWithRoom(engine: Engine): LaneRunner[] {
    const runners = runnersOf(well(engine));
    return runners.some(({ hasRoom }) => hasRoom) ? runners : [];
  }

  /** Adds work to the runner that would be done with it first. @returns its lane, if that has room */
  function laidOut(runners: readonly LaneRunner[], work: Work): FedLane | undefined {
    const first = firstDone(runners, work);
    if (first === undefined || first.hasRoom) return first?.lane;
    first.doneIn += first.secondsFor(work);
    return undefined;
  }

  function able(engine: Engine): FedLane[] {
    return lanes.filter((lane) => lane.engine === engine);
  }

  function well(engine: Engine): FedLane[] {
    const all = able(engine);
    const sound = all.filter((lane) => loadOf(lane).failures === 0);
    return sound.length > 0 ? sound : all;
  }

  function runnersOf(some: readonly FedLane[]): LaneRunner[] {
    const peers = some.map(({ lane }) => lane);
    const free = withRoom(some);
    return some.map((lane) => {
      const [, others, otherSeconds] = heldBefore(lane.lane);
      const own = loadOf(lane).work;
      const windows = own.size + others;
      const standing = { own, windows, otherSeconds, hasRoom: free.includes(lane) };
      return laneRunner(lane, standing, paces, peers);
    });
  }

  function withRoom(some: readonly FedLane[]): FedLane[] {
    const own = (lane: FedLane): number => loadOf(lane).work.size;
    if (ceded === undefined)
      return some.filter((lane) => own(lane) + heldBefore(lane.lane)[1] < inFlight);
    const places = new Map(windowsOf(ceded));
    const kept = some.filter(
      (lane) => own(lane) + heldBefore(lane.lane)[1] < (places.get(lane.lane) ?? 0),
    );
    // A lane that failed has left the last stages of a page without a place of their own.
    return kept.length > 0 ? kept : some.filter((lane) => own(lane) === 0);
  }

  function heldBefore(lane: string): HeldTold['held'][number] {
    return before?.held.find(([name]) => name === lane) ?? [lane, 0, 0];
  }

  /** Windows in flight, of this page and of those before it, and the seconds that they still take. */
  function heldNow(): HeldTold['held'] {
    const held = runnersOf(lanes).filter(({ windows }) => windows > 0);
    return held.map(({ lane, windows, doneIn }) => [
      lane.lane,
      windows,
      Number(doneIn.toPrecision(3)),
    ]);
  }
}

function windowsOf(held: HeldTold['held']): (readonly [lane: string, windows: number])[] {
  return held.map(([lane, windows]) => [lane, windows]);
}
