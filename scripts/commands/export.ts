import path from 'node:path';
import { Command } from 'commander';
import {
  exportPredictions,
  type PooledScores,
  type PredictionsExport,
} from '../../activities/validation/export-predictions.ts';
import { predictStale } from '../../activities/training/predict-stale.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import { holdoutLines } from '../holdout-words.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';
import { noModelWords } from '../span-words.ts';
import { exportBarsCommand } from './export-bars.ts';

interface ExportOptions {
  readonly out: string;
  readonly stale?: true;
  readonly json?: boolean;
}

/** `export`: bars, and what a run made, in formats that other tools read. */
export function exportCommand(): Command {
  const predictions = new Command('predictions')
    .description(
      'out-of-sample predictions of every window, a row a window and session, and what they are worth',
    )
    .argument('[runId]', 'name of the run (default: the newest)')
    .requiredOption('--out <file>', 'where to write them: a name in .csv or .parquet')
    .option(
      '--stale',
      'instead, what students say of the span after their own where that has no model: never evidence',
    )
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .action(async (named: string | undefined, _: unknown, command: Command) => {
      const { out, stale, json } = command.optsWithGlobals<ExportOptions>();
      const told = await inWorld('export', async (world) => {
        const runId = named ?? (await newestPlannedRun(world.root));
        const late = stale === true ? { stale: await predictStale(world, runId) } : {};
        return await exportPredictions(world, { runId, file: path.resolve(out), ...late });
      });
      answer(json, { schema: 1, ...told }, () => exportText(told));
    });
  return new Command('export')
    .description('bars, and what a run made, for other tools')
    .addCommand(predictions)
    .addCommand(exportBarsCommand());
}

const count = new Intl.NumberFormat('en');

/** An export for a person. */
export function exportText(told: PredictionsExport): string {
  const { rows, windows, missing, incomplete, symbols, from, to, kind } = told;
  const noModel = noModelWords(told.spans);
  return [
    `file       ${told.file}`,
    `run        ${told.runId}`,
    `rows       ${count.format(rows)} of ${count.format(windows)} windows of ${count.format(symbols)} ` +
      `symbols, sessions ${from} to ${to}`,
    ...(kind === 'stale'
      ? ['stale      each by the student of the window before, a step late: never evidence']
      : []),
    ...(noModel === undefined ? [] : [`no model   ${noModel}`]),
    ...holdoutLines(told),
    ...(missing > 0
      ? [`missing    ${lacking(missing, 'no predictions')}: failed or not started`]
      : []),
    ...(incomplete > 0
      ? [`missing    ${lacking(incomplete, 'predictions of one stage only')}`]
      : []),
    Number.isNaN(told.baseRate)
      ? 'base rate  none: no label has ended yet'
      : `base rate  ${told.baseRate.toFixed(3)} of known labels are gains`,
    ...(kind === 'stale' ? (['student'] as const) : stages).flatMap((stage) =>
      scoreLines(stage, told[stage]),
    ),
    '           [95 % interval by a bootstrap of blocks of sessions, all rows of a session together]',
  ].join('\n');
}

function lacking(windows: number, what: string): string {
  return `${count.format(windows)} ${windows === 1 ? 'window has' : 'windows have'} ${what}`;
}

function scoreLines(stage: Stage, scores: PooledScores): string[] {
  const { auc, low, high, rows, sessions, logLoss, constantLogLoss } = scores;
  if (Number.isNaN(auc))
    return [`${stage.padEnd(9)}  no AUC: it needs known labels of both classes`];
  const interval = Number.isNaN(low) ? 'too few sessions' : `${low.toFixed(3)}, ${high.toFixed(3)}`;
  return [
    `${stage.padEnd(9)}  AUC ${auc.toFixed(3)} [${interval}] over ${count.format(rows)} rows of ` +
      `${count.format(sessions)} sessions`,
    `           log loss ${logLoss.toFixed(4)}, of the base rate ${constantLogLoss.toFixed(4)}`,
  ];
}
