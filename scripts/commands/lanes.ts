import { Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { askLanes, lanesNow, lanesText, operator } from '../lanes-client.ts';
import { answer } from '../output.ts';

interface LanesOptions {
  readonly inFlight?: string;
  readonly json?: boolean;
}

interface DrainOptions {
  readonly why: string;
  readonly who: string;
  readonly json?: boolean;
}

/** `lanes`: how the lanes stand, and how many windows each has ahead. */
export function lanesCommand(): Command {
  return new Command('lanes')
    .description('the lanes of the stack: which are fed, which are not, and why')
    .option('--in-flight <windows>', 'windows in flight a lane from now on, over all runs')
    .addHelpText(
      'after',
      `
States: open      is fed
        draining  finishes what it has: by an operator (until undrain), or its process was told to stop
        lost      nothing polls its queue; open again once something does
        failed    lost its device and said so; open again once its process proves a device`,
    )
    .action(async ({ inFlight, json }: LanesOptions) => {
      const view =
        inFlight === undefined
          ? await lanesNow()
          : await askLanes('limits', { inFlight: wholeNumber(inFlight) });
      answer(json, { schema: 1, ...view }, () => lanesText(view));
    });
}

/** `drain`: a lane finishes what it has and is given no more, whatever happens to its process. */
export function drainCommand(): Command {
  return new Command('drain')
    .description('let a lane finish what it has and give it no more, until undrain')
    .argument('<lane>', 'name of the lane, e.g. cpu0')
    .option('--why <words>', 'what the next operator should know', 'an operator asked for it')
    .option('--who <name>', 'who asks', operator)
    .action(async (lane: string, { why, who, json }: DrainOptions) => {
      const view = await askLanes('drain', { lane, why, who });
      answer(json, { schema: 1, ...view }, () => lanesText(view));
    });
}

/** `undrain`: a lane that an operator drained is fed again. */
export function undrainCommand(): Command {
  return new Command('undrain')
    .description('feed a lane again that an operator drained')
    .argument('<lane>', 'name of the lane, e.g. cpu0')
    .action(async (lane: string, { json }: { json?: boolean }) => {
      const view = await askLanes('undrain', { lane });
      answer(json, { schema: 1, ...view }, () => lanesText(view));
    });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,4}$/.test(text))
    throw new InputError(`--in-flight expects a whole number such as "4", found "${text}"`);
  return Number(text);
}
