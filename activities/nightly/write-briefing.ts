import path from 'node:path';
import type { BriefingInput, BriefingResult } from '../../shared/contracts/nightly.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { World } from '../../shared/runtime/world.ts';
import { briefingFacts } from './briefing-facts.ts';
import { briefingSubject, briefingText } from './briefing-text.ts';

/**
 * Writes what a night came to, `briefing.json` for programs and `briefing.md` for people, from what
 * its steps left in their folders. Safe to repeat.
 *
 * @returns how the night ended, and a line that says the most important
 */
export async function writeBriefing(world: World, input: BriefingInput): Promise<BriefingResult> {
  const briefing = await briefingFacts(world, input);
  const folder = runFolder(world.root, input.runId);
  await writeWhole(path.join(folder, 'briefing.md'), briefingText(briefing));
  await writeWhole(path.join(folder, 'briefing.json'), `${JSON.stringify(briefing, null, 1)}\n`);
  return { state: briefing.state, subject: briefingSubject(briefing) };
}
