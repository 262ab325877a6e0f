import {
  allHandlersFinished,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setHandler,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { LanesInput, LaneState, LanesView } from '../shared/contracts/lanes.ts';
import { laneBook } from './lane-book.ts';
import {
  add,
  drain,
  fail,
  lanesTold,
  lanesView,
  limits,
  register,
  undrain,
  unregister,
} from './messages.ts';
import { work } from './proxies.ts';

/** Between two looks at who polls, while batches are open. */
const censusEvery = '20 seconds';

/**
 * One a stack: knows which lanes there are and tells open batches. A lane announces itself once it
 * has proven its device and polls; it leaves by an operator's drain, when it says that its device is
 * gone, or when nothing polls its queue any more. While no batch is open nothing happens here. Continues as new when its history is long.
 */
export async function lanes(input: LanesInput): Promise<never> {
  const book = laneBook(input);
  /** An update changes the book and answers with how it stands. */
  const answering =
    <Request>(change: (request: Request) => void) =>
    (request: Request): LanesView => {
      change(request);
      return book.view();
    };
  setHandler(lanesView, () => book.view());
  setHandler(register, (batch) => book.register(batch));
  setHandler(unregister, (batch) => book.unregister(batch));
  setHandler(add, answering(book.add));
  setHandler(fail, answering(book.fail), { validator: ({ lane }) => checkKnown(lane) });
  setHandler(drain, answering(book.drain), { validator: ({ lane }) => checkKnown(lane) });
  setHandler(
    undrain,
    answering(({ lane }) => book.undrain(lane)),
    { validator: ({ lane }) => checkDrained(lane) },
  );
  setHandler(
    limits,
    answering(({ inFlight }) => book.limit(inFlight)),
    { validator: ({ inFlight }) => checkLimit(inFlight) },
  );

  while (!workflowInfo().continueAsNewSuggested) {
    if (book.view().batches.length === 0) await condition(() => book.hasNews);
    else if (!(await condition(() => book.hasNews, censusEvery))) await takeCensus();
    if (book.hasNews) await tellBatches();
  }
  await condition(allHandlersFinished);
  return await continueAsNew<typeof lanes>(book.view());

  async function takeCensus(): Promise<void> {
    const known = book.view().lanes.map(({ lane }) => lane);
    // Without an answer the last census stands; the next is 20 seconds away.
    const polled = await work.censusLanes(known).catch(() => undefined);
    if (polled !== undefined) book.census(new Set(polled));
  }

  async function tellBatches(): Promise<void> {
    const told = book.told();
    await Promise.all(
      book.view().batches.map((batch) =>
        getExternalWorkflowHandle(batch)
          .signal(lanesTold, told)
          // A batch that closed without a word is no longer told.
          .catch(() => book.unregister(batch)),
      ),
    );
  }

  function checkKnown(name: string): void {
    const known = book.view().lanes.map(({ lane }) => lane);
    if (!known.includes(name))
      throw new Error(`there is no lane "${name}"; there are "${known.join('", "')}"`);
  }

  function checkDrained(name: string): void {
    checkKnown(name);
    const { state, who, why } = book.view().lanes.find(({ lane }) => lane === name) as LaneState;
    if (who === undefined)
      throw new Error(
        `lane "${name}" was drained by no operator; it is ${state}${why === undefined ? '' : `: ${why}`}`,
      );
  }

  function checkLimit(inFlight: number): void {
    if (!Number.isInteger(inFlight) || inFlight < 1)
      throw new Error(`a lane has at least "1" window in flight, not "${inFlight}"`);
  }
}

// It never ends, so that it goes over to whatever code is current; a server takes that of versions only.
setWorkflowOptions(() => (isVersioned() ? { versioningBehavior: 'AUTO_UPGRADE' } : {}), lanes);

function isVersioned(): boolean {
  const { currentDeploymentVersion: version } = workflowInfo();
  return version !== undefined && version.deploymentName !== '';
}
