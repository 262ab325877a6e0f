import { Command } from 'commander';
import { readConfig } from '../../shared/runtime/config.ts';
import { answer, exitCodes } from '../output.ts';
import { doctorChecks, type Check } from '../setup/checks.ts';

/** `doctor`: checks every part of the environment and names the remedy for what is wrong. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check every part, and say what to do about what is wrong')
    .action(async ({ json }: { json?: boolean }) => {
      const { dataRoot, temporal } = await readConfig();
      const { port, uiPort } = temporal.devServer;
      const checks = await doctorChecks({ dataRoot, ports: [port, uiPort] });
      const ok = checks.every((check) => check.ok);
      answer(json, { schema: 1, ok, checks }, () => checks.map(checkText).join('\n'));
      process.exitCode = ok ? exitCodes.done : exitCodes.wrong;
    });
}

function checkText({ ok, name, found, remedy }: Check): string {
  const line = `${ok ? 'ok   ' : 'WRONG'} ${name}: ${found}`;
  return remedy === undefined ? line : `${line}\n      ${remedy}`;
}
