import { Command } from 'commander';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { answer } from '../output.ts';
import { findTemporal } from '../setup/temporal.ts';

/** `env`: what a shell needs so that `temporal` speaks to this stack. */
export function envCommand(): Command {
  return new Command('env')
    .description(`what a shell needs to speak to this stack: eval "$(sensequant env)"`)
    .action(async ({ json }: { json?: boolean }) => {
      const config = await readConfig();
      const root = await openDataRoot(config.dataRoot);
      const { address, namespace } = await temporalPlace(config, root);
      const cli = (await findTemporal())?.path ?? 'temporal';
      const variables = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace };
      answer(json, { schema: 1, ...variables, temporal: cli }, () => shellFunction(variables, cli));
    });
}

/**
 * A function of the shell's, since exported variables would outlive the stack: the next `up` would
 * take them for a cluster to use.
 */
function shellFunction(variables: Readonly<Record<string, string>>, cli: string): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`);
  return `temporal() { ${set.join(' ')} command ${quoted(cli)} "$@"; }`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
