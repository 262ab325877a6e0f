import { randomUUID } from 'node:crypto';
import { link, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DataError, InputError } from '../../contracts/errors.ts';
import {
  isEligible,
  type EligibleWindow,
  type Plan,
  type TrainRequest,
} from '../../contracts/plan.ts';
import type { ReplayRequest } from '../../contracts/run.ts';
import { runFolder, type DataRoot } from '../data-root.ts';
import { codeOf, named, readJson, writeWhole } from '../files/files.ts';
import { whilePlanning } from '../store/store-lock.ts';

/** A plan with the request it answers. */
export interface RequestedPlan extends Plan {
  readonly request: TrainRequest;
  /** What it replays, and how; absent for a run of its own. */
  readonly replay?: ReplayRequest;
}

/** A plan as it lies on disk. */
export interface WrittenPlan extends RequestedPlan {
  /** First execution of the run's workflow: a second run may not take the same name. */
  readonly madeFor: string;
}

/** Plans of runs, one file each, written once. */
export interface Plans {
  /**
   * Makes and writes a run's plan, or returns the one that stands: a plan is made once, however
   * often its activity is tried.
   *
   * @param madeFor - first execution of the run's workflow
   * @throws InputError if the name was taken by another run
   */
  made(runId: string, madeFor: string, make: () => Promise<RequestedPlan>): Promise<WrittenPlan>;
  /** @throws InputError if there is no such run in this data root */
  read(runId: string): Promise<WrittenPlan>;
  /** Whether a run of this name was planned, by this version or another. */
  has(runId: string): Promise<boolean>;
  /** @throws InputError if the plan has no such window to train */
  window(runId: string, window: string): Promise<{ plan: RequestedPlan; window: EligibleWindow }>;
}

/** Plans kept in memory: a lane works on one run at a time, two where one is ending. */
const kept = 2;

/** Opens the plans of a data root. */
export function openPlans(root: DataRoot): Plans {
  const cache = new Map<string, { plan: WrittenPlan; windows: Map<string, EligibleWindow> }>();
  const fileOf = (runId: string): string => path.join(runFolder(root, runId), 'plan.json');

  async function find(runId: string): Promise<WrittenPlan | undefined> {
    const plan = (await readJson(fileOf(runId))) as WrittenPlan | undefined;
    if (plan !== undefined && plan?.schema !== 5)
      throw new DataError(
        `"${fileOf(runId)}" is not a plan of schema "5", which this version reads; start the run again`,
      );
    return plan;
  }

  async function cached(runId: string): Promise<{
    plan: WrittenPlan;
    windows: Map<string, EligibleWindow>;
  }> {
    const hit = cache.get(runId);
    if (hit !== undefined) return hit;
    const plan = await find(runId);
    if (plan === undefined)
      throw new InputError(
        `the data root "${root.path}" has no plan of run "${runId}"; is this its data root?`,
        { runId },
      );
    const eligible = plan.windows.filter(isEligible);
    const entry = { plan, windows: new Map(eligible.map((window) => [window.window, window])) };
    cache.set(runId, entry);
    for (const oldest of [...cache.keys()].slice(0, -kept)) cache.delete(oldest);
    return entry;
  }

  return {
    has: async (runId) => (await stat(fileOf(runId)).catch(() => undefined)) !== undefined,
    async made(runId, madeFor, make) {
      if ((await find(runId)) === undefined) {
        const file = fileOf(runId);
        const beside = `${file}.${randomUUID()}`;
        // What it finds in the store is kept from the moment it stands.
        await whilePlanning(root, async () => {
          const plan: WrittenPlan = { ...(await make()), madeFor };
          await named(root.path, async () => {
            try {
              await writeWhole(beside, `${JSON.stringify(plan)}\n`);
              // A link fails where the name is taken: the first plan stands.
              await link(beside, file);
            } catch (error) {
              if (codeOf(error) !== 'EEXIST') throw error;
            } finally {
              await rm(beside, { force: true });
            }
          });
        });
      }
      const { plan } = await cached(runId);
      if (plan.madeFor !== madeFor)
        throw new InputError(
          `a run "${runId}" was already made in "${root.path}"; choose another name for this one`,
          { runId },
        );
      return plan;
    },
    async read(runId) {
      return (await cached(runId)).plan;
    },
    async window(runId, window) {
      const { plan, windows } = await cached(runId);
      const found = windows.get(window);
      if (found === undefined)
        throw new InputError(`the plan of run "${runId}" has no window "${window}" to train`);
      return { plan, window: found };
    },
  };
}
