import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  DrainRequest,
  Lane,
  LanesInput,
  LanesTold,
  LaneState,
  LanesView,
  LimitsRequest,
} from '../shared/contracts/lanes.ts';
import { add, drain, lanesTold, lanesView, limits, register, unregister } from './messages.ts';
import { work } from './proxies.ts';

/** Between two looks at who polls, while batches are open. */
const censusEvery = '20 seconds';

/**
 * One a stack: knows which lanes there are and tells open batches. A lane announces itself once it
 * has proven its device and polls; it leaves by an operator's drain, or when nothing polls its queue
 * any more. While no batch is open nothing happens here. Continues as new when its history is long.
 */
export async function lanes(input: LanesInput): Promise<never> {
  const states = new Map(input.lanes.map((state) => [state.lane, state]));
  const batches = new Set(input.batches);
  let inFlight = input.inFlight;
  let untold = batches.size > 0;

  const view = (): LanesView => ({
    lanes: [...states.values()].toSorted((a, b) => (a.lane < b.lane ? -1 : 1)),
    inFlight,
    batches: [...batches],
  });
  const put = (state: LaneState): void => {
    states.set(state.lane, state);
    untold = true;
  };

  setHandler(lanesView, view);
  setHandler(register, (batch) => {
    batches.add(batch);
    untold = true;
  });
  setHandler(unregister, (batch) => {
    untold = batches.delete(batch) || untold;
  });
  setHandler(add, (lane: Lane) => {
    const generation = (states.get(lane.lane)?.generation ?? 0) + 1;
    put({ ...lane, generation, state: 'open' });
    return view();
  });
  setHandler(
    drain,
    ({ lane, why }: DrainRequest) => {
      const state = states.get(lane);
      if (state !== undefined) put({ ...state, state: 'draining', why });
      return view();
    },
    { validator: ({ lane }) => checkKnown(lane) },
  );
  setHandler(limits, (request: LimitsRequest) => {
    inFlight = request.inFlight;
    untold = true;
    return view();
  });

  while (!workflowInfo().continueAsNewSuggested) {
    const isOpen = batches.size > 0;
    const isTimeForCensus = !(await (isOpen
      ? condition(() => untold, censusEvery)
      : condition(() => untold)));
    if (isTimeForCensus) await takeCensus();
    if (untold) await tellBatches();
  }
  await condition(allHandlersFinished);
  return await continueAsNew<typeof lanes>(view());

  function checkKnown(lane: string): void {
    if (states.has(lane)) return;
    throw new Error(`there is no lane "${lane}"; there are "${[...states.keys()].join('", "')}"`);
  }

  async function takeCensus(): Promise<void> {
    // Without an answer the last census stands; the next is 20 seconds away.
    const answer = await work.censusLanes([...states.keys()]).catch(() => undefined);
    if (answer === undefined) return;
    const polled = new Set(answer);
    for (const state of states.values()) {
      const isPolled = polled.has(state.lane);
      if (state.state === 'open' && !isPolled)
        put({ ...state, state: 'lost', why: 'nothing polls its queue' });
      if (state.state === 'lost' && isPolled) put({ ...state, state: 'open' });
    }
  }

  async function tellBatches(): Promise<void> {
    untold = false;
    const open = [...states.values()].filter((state) => state.state === 'open');
    const told: LanesTold = {
      lanes: open.map(({ lane, device, engine, generation }) => ({
        lane,
        device,
        engine,
        generation,
      })),
      inFlight: Math.max(1, Math.floor(inFlight / Math.max(1, batches.size))),
    };
    await Promise.all(
      [...batches].map((batch) =>
        getExternalWorkflowHandle(batch)
          .signal(lanesTold, told)
          // A batch that closed without a word is no longer told.
          .catch(() => void batches.delete(batch)),
      ),
    );
  }
}
