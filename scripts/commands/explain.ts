import { Command } from 'commander';
import { explainWindow } from '../../activities/validation/explain-window.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import { explanationText } from '../explain/explanation-text.ts';
import { hasFailed, replayCommand } from '../explain/failure-words.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';

interface ExplainOptions {
  readonly run?: string;
  readonly json?: boolean;
}

/** `explain`: why a window ended as it did, and what its models stand on. Needs no server. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('why a window ended as it did, and what its models stand on')
    .argument('<window>', 'like RELIANCE/1d/2022-01-01..2022-06-30, or the id of its workflow')
    .option('--run <runId>', 'name of the run (default: the newest)')
    .action(async (text: string, { run, json }: ExplainOptions) => {
      const meant = meantWindow(text, run);
      const explained = await inWorld('explain', async (world) =>
        explainWindow(world, {
          runId: meant.runId ?? (await newestPlannedRun(world.root)),
          window: meant.window,
        }),
      );
      const replay = hasFailed(explained) ? { replay: replayCommand(explained) } : {};
      answer(json, { schema: 1, ...explained, ...replay }, () => explanationText(explained));
    });
}

/**
 * Reads a window's name, or the id of a workflow of one of its stages, which names the run as well.
 *
 * @throws InputError if another run is asked for than the one that the id names
 */
export function meantWindow(
  text: string,
  run: string | undefined,
): { readonly window: string; readonly runId?: string } {
  const parts = text.split('/');
  const named = parts[0] === 'train' && parts.length > 3 ? parts[1] : undefined;
  const rest = named === undefined ? parts : parts.slice(2);
  const isStage = stages.some((stage) => stage === rest.at(-1));
  const window = (isStage ? rest.slice(0, -1) : rest).join('/');
  if (named !== undefined && run !== undefined && named !== run)
    throw new InputError(`"${text}" is of run "${named}", not of "${run}"; leave out --run`);
  const runId = named ?? run;
  return runId === undefined ? { window } : { window, runId };
}
