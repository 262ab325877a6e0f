import { Command } from 'commander';
import { exitCodes, failed } from './output.ts';

/** Every command, in the order of `--help`. Only the one that is asked for is loaded: all take 0.3 s. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./commands/demo.ts')).demoCommand(),
  up: async () => (await import('./commands/up.ts')).upCommand(),
  down: async () => (await import('./commands/down.ts')).downCommand(),
  env: async () => (await import('./commands/env.ts')).envCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand(),
  calendar: async () => (await import('./commands/calendar.ts')).calendarCommand(),
  instruments: async () => (await import('./commands/instruments.ts')).instrumentsCommand(),
  import: async () => (await import('./commands/import.ts')).importCommand(),
  backfill: async () => (await import('./commands/backfill.ts')).backfillCommand(),
  session: async () => (await import('./commands/session.ts')).sessionCommand(),
  exchange: async () => (await import('./commands/exchange.ts')).exchangeCommand(),
  coverage: async () => (await import('./commands/coverage.ts')).coverageCommand(),
  quality: async () => (await import('./commands/quality.ts')).qualityCommand(),
  actions: async () => (await import('./commands/actions.ts')).actionsCommand(),
  reconcile: async () => (await import('./commands/reconcile.ts')).reconcileCommand(),
  audit: async () => (await import('./commands/audit.ts')).auditCommand(),
  plan: async () => (await import('./commands/plan.ts')).planCommand(),
  train: async () => (await import('./commands/train.ts')).trainCommand(),
  status: async () => (await import('./commands/status.ts')).statusCommand(),
  replay: async () => (await import('./commands/replay.ts')).replayCommand(),
  pause: async () => (await import('./commands/pause.ts')).pauseCommand(),
  resume: async () => (await import('./commands/resume.ts')).resumeCommand(),
  limits: async () => (await import('./commands/limits.ts')).limitsCommand(),
  cancel: async () => (await import('./commands/cancel.ts')).cancelCommand(),
  logs: async () => (await import('./commands/logs.ts')).logsCommand(),
  lanes: async () => (await import('./commands/lanes.ts')).lanesCommand(),
  drain: async () => (await import('./commands/lanes.ts')).drainCommand(),
  undrain: async () => (await import('./commands/lanes.ts')).undrainCommand(),
  matrix: async () => (await import('./commands/matrix.ts')).matrixCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  evidence: async () => (await import('./commands/evidence.ts')).evidenceCommand(),
  history: async () => (await import('./commands/history.ts')).historyCommand(),
  gc: async () => (await import('./commands/gc.ts')).gcCommand(),
  holdout: async () => (await import('./commands/holdout.ts')).holdoutCommand(),
  importance: async () => (await import('./commands/importance.ts')).importanceCommand(),
  export: async () => (await import('./commands/export.ts')).exportCommand(),
  schedule: async () => (await import('./commands/schedule.ts')).scheduleCommand(),
  score: async () => (await import('./commands/score.ts')).scoreCommand(),
  briefing: async () => (await import('./commands/briefing.ts')).briefingCommand(),
  predict: async () => (await import('./commands/predict.ts')).predictCommand(),
};

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

const [asked] = process.argv.slice(2);
const loaded = Object.hasOwn(commands, asked) ? [asked] : Object.keys(commands);
for (const command of await Promise.all(loaded.map((name) => commands[name]()))) {
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
