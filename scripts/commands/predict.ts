import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../../shared/contracts/errors.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import { scoreStudent, type FeatureColumns } from '../../shared/runtime/onnx/onnx.ts';
import { openPlans } from '../../shared/runtime/runs/plans.ts';
import { parseFeatureRows, readFeatureRows } from '../../shared/runtime/sources/feature-rows.ts';
import { openStore } from '../../shared/runtime/store/store.ts';
import { answer, say } from '../output.ts';
import { newestPlannedRun } from '../run-files.ts';

interface PredictOptions {
  readonly file?: string;
  readonly rows?: string;
  readonly run?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `predict`: scores rows by a student, as whoever serves it does. Needs no server. */
export function predictCommand(): Command {
  return new Command('predict')
    .description('score rows by a student, through ONNX Runtime')
    .argument('<model>', 'path of a model.onnx, or a window such as TCS/1d/2022-01-01..2022-06-30')
    .option('--file <rows>', 'a CSV or Parquet file, a column a feature, empty cells missing')
    .option('--rows <json>', 'the rows themselves: {"feature": number, …} or a list of such')
    .option('--run <runId>', 'run that the window belongs to (default: the newest)')
    .option('--out <file>', 'write a CSV file of probabilities instead of printing them')
    .action(async (given: string, options: PredictOptions) => {
      const model = given.endsWith('.onnx') ? path.resolve(given) : await studentOf(given, options);
      const columns = await rowsOf(options);
      const probabilities = await scoreStudent(model, columns);
      const { out } = options;
      if (out !== undefined) await write(out, probabilities);
      answer(
        options.json,
        {
          schema: 1,
          model,
          rows: probabilities.length,
          ...(out === undefined ? { probabilities: [...probabilities] } : { out }),
        },
        () =>
          out === undefined ? csvOf(probabilities) : `${probabilities.length} rows scored: ${out}`,
      );
    });
}

async function rowsOf({ file, rows }: PredictOptions): Promise<FeatureColumns> {
  if (file !== undefined && rows === undefined) return await readFeatureRows(file);
  if (rows !== undefined && file === undefined) return parseFeatureRows(rows);
  throw new InputError('give the rows to score by --file or by --rows, one of them');
}

/** Where the student of a run's window lies. */
async function studentOf(window: string, { run }: PredictOptions): Promise<string> {
  const { dataRoot } = await readConfig();
  const root = await openDataRoot(dataRoot);
  const runId = run ?? (await newestPlannedRun(root));
  const plan = await openPlans(root).read(runId);
  const planned = plan.windows.filter(isEligible).find((one) => one.window === window);
  if (planned === undefined)
    throw new InputError(
      `"${window}" is neither a model.onnx nor a window of run "${runId}" that has models; ` +
        `see: npm run -s sensequant -- matrix ${runId}`,
    );
  const store = openStore(root, say);
  const { key } = planned.stages.student;
  if ((await store.find('students', key)) === undefined)
    throw new InputError(`the student of "${window}" is not trained yet`);
  return path.join(store.folder('students', key), 'model.onnx');
}

async function write(out: string, probabilities: Float64Array): Promise<void> {
  if (!out.endsWith('.csv')) throw new InputError(`"${out}" does not end in ".csv"`);
  await writeWhole(path.resolve(out), `${csvOf(probabilities)}\n`);
}

function csvOf(probabilities: Float64Array): string {
  return ['probability', ...probabilities].join('\n');
}
