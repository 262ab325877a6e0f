import type { LanePace } from '../shared/contracts/lanes.ts';
import type { Stage } from '../shared/contracts/outcome.ts';

/** What a stage's cost counts for once another has been measured after it. */
const kept = 0.8;
/** Seconds for a unit of cost where nobody has measured anything: any number orders lanes alike. */
const unknown = 1e-6;

/** How fast lanes are, as their finished stages tell. Pure and replay-safe. */
export interface LanePaces {
  measured(lane: string, stage: Stage, cost: number, seconds: number): void;
  /** Seconds for a unit of a stage's cost; of a lane not yet measured, what its peers take. */
  pace(lane: string, stage: Stage, peers: readonly string[]): number;
  told(): LanePace[];
  /** Takes what another page measured where nothing is known yet. */
  take(paces: readonly LanePace[]): void;
}

interface Measure {
  readonly lane: string;
  readonly stage: Stage;
  seconds: number;
  cost: number;
}

/** Smooths what lanes measured: sums of seconds and cost in which a stage counts less with each that follows. */
export function lanePaces(): LanePaces {
  const measures = new Map<string, Measure>();
  const nameOf = (lane: string, stage: Stage): string => `${lane}/${stage}`;

  function measured(lane: string, stage: Stage, cost: number, seconds: number): void {
    const before = measures.get(nameOf(lane, stage)) ?? { lane, stage, seconds: 0, cost: 0 };
    measures.set(nameOf(lane, stage), {
      lane,
      stage,
      seconds: kept * before.seconds + seconds,
      cost: kept * before.cost + cost,
    });
  }

  const own = (lane: string, stage: Stage): number | undefined => {
    const measure = measures.get(nameOf(lane, stage));
    return measure && measure.seconds / measure.cost;
  };

  return {
    measured,
    pace(lane, stage, peers) {
      const others = peers.flatMap((peer) => own(peer, stage) ?? []);
      return (
        own(lane, stage) ?? mean(others) ?? mean([...measures.values()].map(paceOf)) ?? unknown
      );
    },
    told: () =>
      [...measures.values()].map((one) => [
        one.lane,
        one.stage,
        Number(paceOf(one).toPrecision(3)),
      ]),
    take(paces) {
      for (const [lane, stage, pace] of paces)
        if (own(lane, stage) === undefined) measured(lane, stage, 1 / pace, 1);
    },
  };
}

function paceOf({ seconds, cost }: Measure): number {
  return seconds / cost;
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
