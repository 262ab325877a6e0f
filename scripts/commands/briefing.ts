import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot, runFolder, type DataRoot } from '../../shared/runtime/data-root.ts';
import { readJson } from '../../shared/runtime/files/files.ts';
import { answer } from '../output.ts';
import { runNames } from '../run-files.ts';

/** `briefing`: what a night came to, as it was told. Needs no server. */
export function briefingCommand(): Command {
  return new Command('briefing')
    .description('what a night came to: what to do, scores, windows, evidence')
    .argument('[runId]', 'the run of the night (default: the last night)')
    .action(async (runId: string | undefined, { json }: { readonly json?: boolean }) => {
      const root = await openDataRoot((await readConfig()).dataRoot);
      const folder = runFolder(root, runId ?? (await lastNight(root)));
      const facts = await readJson(path.join(folder, 'briefing.json'));
      if (facts === undefined)
        throw new InputError(
          `run "${path.basename(folder)}" has no briefing: it is no night's, or the night is not over`,
        );
      const text = await readFile(path.join(folder, 'briefing.md'), 'utf8');
      answer(json, facts, () => text.trimEnd());
    });
}

/** The run of the night whose briefing was written last. */
async function lastNight(root: DataRoot): Promise<string> {
  const written = [];
  for (const name of await runNames(root)) {
    const file = path.join(runFolder(root, name), 'briefing.json');
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined) written.push({ name, at: found.mtimeMs });
  }
  const [last] = written.toSorted((a, b) => b.at - a.at);
  if (last !== undefined) return last.name;
  throw new InputError('no night has ended yet; see: npm run -s sensequant -- schedule list');
}
