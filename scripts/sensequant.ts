import { Command } from 'commander';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { explainCommand } from './commands/explain.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { matrixCommand } from './commands/matrix.ts';
import { predictCommand } from './commands/predict.ts';
import { planCommand } from './commands/plan.ts';
import { statusCommand } from './commands/status.ts';
import { trainCommand } from './commands/train.ts';
import { upCommand } from './commands/up.ts';
import { exitCodes, failed } from './output.ts';

const program = new Command('sensequant')
  .description('Trains and judges models of Indian equities, durably.')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(--help lists what there is)')
  .addHelpText(
    'after',
    `
Exit codes: 0 done · 1 wrong input or environment · 2 done with failed windows
            3 too many failed windows · 4 cancelled`,
  )
  .exitOverride();

for (const command of [
  demoCommand(),
  upCommand(),
  downCommand(),
  doctorCommand(),
  importCommand(),
  planCommand(),
  trainCommand(),
  statusCommand(),
  matrixCommand(),
  explainCommand(),
  exportCommand(),
  predictCommand(),
]) {
  command.exitOverride().option('--json', 'one JSON document on stdout, nothing else');
  program.addCommand(command);
}

// Whoever reads may have read enough: `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error, process.argv.includes('--json')) ?? exitCodes.wrong;
}
