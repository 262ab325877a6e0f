import type { Detail, SkipReason } from '../../shared/contracts/outcome.ts';
import {
  isEligible,
  type EligibleWindow,
  type PlannedWindow,
} from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { DecidedMember } from '../../shared/domain/samples/pooled-decisions.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { PlannedPool } from './plan-pool.ts';
import { namedWindow, skippedWindow, windowWithModels } from './planned-window.ts';
import { residualKeys, type CommonParts } from './window-keys.ts';

/** Decides the windows of one symbol's residual students, each by the pooled window it stands on. */
export async function planResiduals(
  world: World,
  pools: readonly PlannedPool[],
  symbol: string,
  parts: Omit<CommonParts, 'symbol'>,
): Promise<(PlannedWindow | EligibleWindow)[]> {
  const windows: (PlannedWindow | EligibleWindow)[] = [];
  for (const { decided, planned } of pools) {
    const { recipe } = parts;
    const own = { ...parts, symbol };
    const span = decided.spans.get(symbol);
    const spans = new Map(span === undefined ? [] : [[symbol, span] as const]);
    const member =
      decided.skip === undefined ? decided.members.find((one) => one.symbol === symbol) : undefined;
    if (decided.skip !== undefined || !isEligible(planned) || member === undefined) {
      const window = namedWindow(decided.grid, decided.grid.from, own);
      const why = whyWithout({ decided, planned }, symbol);
      windows.push(skippedWindow(window, why, decided.grid, spans));
      continue;
    }
    const window = namedWindow(decided.grid, member.effectiveFrom, own);
    const fault = shortage(member, recipe);
    if (fault !== undefined) {
      windows.push(skippedWindow(window, fault, decided.grid, spans));
      continue;
    }
    const keys = residualKeys(planned.stages.teacher, member, own);
    const facts = {
      grid: decided.grid,
      rows: member.opined.rows,
      recipe,
      own: ['student'] as const,
      spans,
      readTo: member.readTo,
    };
    windows.push({
      ...(await windowWithModels(world, window, keys, facts)),
      teacherWindow: planned.window,
    });
  }
  return windows;
}

/** Why a symbol has no pooled teacher to start from. */
function whyWithout({ decided, planned }: PlannedPool, symbol: string): [SkipReason, Detail] {
  if (decided.skip === 'not-due') return [decided.skip, decided.detail];
  const left = decided.absent.get(symbol);
  if (left !== undefined) return [left.skip, left.detail];
  const why = decided.skip ?? 'no member';
  return ['no-teacher', { teacher: planned.window, why }];
}

/** What a student lacks: it learns from the rows that its teacher has an opinion of. */
function shortage(
  { opined: { rows, gains }, effectiveFrom, listed }: DecidedMember,
  { minimumRows, minimumClassRows }: Recipe,
): [SkipReason, Detail] | undefined {
  if (rows < minimumRows) {
    const counts = { rows, minimumRows };
    return listed !== undefined && effectiveFrom === listed
      ? ['partial-listing', { listed, ...counts }]
      : ['too-few-samples', counts];
  }
  if (Math.min(gains, rows - gains) < minimumClassRows)
    return ['single-class', { gains, losses: rows - gains, minimumClassRows }];
  return undefined;
}
