import type { FedLane, LanesTold } from '../shared/contracts/lanes.ts';
import type { Engine } from '../shared/contracts/recipe.ts';

/** A window's place on a lane, from hand-over to its end. */
export interface CostTicket {
  readonly lane: string;
  readonly generation: number;
  readonly cost: number;
  /** Lanes in the order to try: the one chosen, then the others by their load. */
  readonly order: readonly string[];
}

/** Who gets the next window. Pure and replay-safe: it knows only what it was told, in order. */
interface CostAllocator {
  tell(told: LanesTold): void;
  /** Whether a lane of this engine can be given a window now. */
  hasRoom(engine: Engine): boolean;
  /** Gives a window to the lane of its engine with the least outstanding cost; undefined when full. */
  take(engine: Engine, cost: number): CostTicket | undefined;
  /** Ends a window; `failed` where its first lane could not do it. */
  release(ticket: CostTicket, failed: boolean): void;
}

interface Load {
  windows: number;
  cost: number;
  failures: number;
}

/**
 * How batches that were open before 2026-11-25 fed their lanes; to go with the histories of then.
 *
 * Feeds lanes by who is free, a few windows ahead, so that no lane waits for the orchestrator.
 *
 * A lane that failed a window is left out while another is well, until it announces itself again:
 * then it has a new generation, and what the old one still owes does not count against it.
 */
export function allocatorByCost(): CostAllocator {
  let lanes: readonly FedLane[] = [];
  let inFlight = 0;
  const loads = new Map<string, Load>();

  const loadOf = (lane: FedLane): Load => {
    const name = `${lane.lane}#${lane.generation}`;
    const load = loads.get(name) ?? { windows: 0, cost: 0, failures: 0 };
    loads.set(name, load);
    return load;
  };

  const able = (engine: Engine): FedLane[] => lanes.filter((lane) => lane.engine === engine);

  const fed = (engine: Engine): FedLane[] => {
    const well = able(engine).filter((lane) => loadOf(lane).failures === 0);
    const candidates = well.length > 0 ? well : able(engine);
    return candidates.filter((lane) => loadOf(lane).windows < inFlight).toSorted(byLoad);
  };

  const byLoad = (a: FedLane, b: FedLane): number =>
    loadOf(a).cost - loadOf(b).cost || (a.lane < b.lane ? -1 : 1);

  return {
    tell(told) {
      lanes = told.lanes;
      inFlight = told.inFlight;
    },
    hasRoom: (engine) => fed(engine).length > 0,
    take(engine, cost) {
      const [chosen] = fed(engine);
      if (chosen === undefined) return undefined;
      const load = loadOf(chosen);
      load.windows += 1;
      load.cost += cost;
      const others = able(engine).filter((lane) => lane !== chosen);
      return {
        lane: chosen.lane,
        generation: chosen.generation,
        cost,
        order: [chosen, ...others.toSorted(byLoad)].map((lane) => lane.lane),
      };
    },
    release(ticket, failed) {
      const load = loads.get(`${ticket.lane}#${ticket.generation}`);
      if (load === undefined) return;
      load.windows -= 1;
      load.cost -= ticket.cost;
      load.failures = failed ? load.failures + 1 : 0;
    },
  };
}
