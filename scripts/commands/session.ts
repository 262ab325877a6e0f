import { Command, Option } from 'commander';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import {
  sessionExchange,
  sessionSources,
  type SessionSource,
} from '../../shared/runtime/sources/open-source.ts';
import { answer, exitCodes, say } from '../output.ts';
import { readSecret } from '../read-secret.ts';
import { tellBackfills } from '../session-waiters.ts';

interface SessionOptions {
  readonly source: SessionSource;
  readonly json?: boolean;
}

/** `session`: hands over the day's session of a source, and wakes the backfills that wait for it. */
export function sessionCommand(): Command {
  return new Command('session')
    .description("hand over the day's session of a source; backfills that wait for it go on")
    .addOption(
      new Option('--source <name>', 'which source').choices(sessionSources).default('breeze'),
    )
    .addHelpText(
      'after',
      `
Log in at the broker in a browser; the address that the login ends at holds API_Session. It is
asked for without being shown, or read from standard input, and exchanged for the day's token,
which is kept encrypted in the data root. Needs SENSEQUANT_SECRET_KEY, and BREEZE_APP_KEY for
breeze. Neither ever enters a command line, a log or a workflow's history.`,
    )
    .action(async ({ source, json }: SessionOptions) => {
      const config = await readConfig();
      const root = await openDataRoot(config.dataRoot);
      const exchange = sessionExchange(config, root, source);
      const apiSession = await readSecret('API session');
      if (apiSession === undefined) {
        process.exitCode = exitCodes.cancelled;
        return;
      }
      const file = await exchange(apiSession);
      const told = await tellBackfills(config, root);
      if (told === undefined && json !== true) say('no stack is up: nobody waits for it');
      answer(json, { schema: 1, source, file, stack: told !== undefined, told: told ?? [] }, () =>
        sessionText(source, file, told ?? []),
      );
    });
}

function sessionText(source: string, file: string, told: readonly string[]): string {
  const stored = `the session of "${source}" is stored, encrypted, in "${file}"`;
  return told.length === 0 ? stored : `${stored}; told ${told.join(', ')}`;
}
