import path from 'node:path';
import type {
  ExplainedArtifact,
  ExplainedStage,
} from '../../activities/validation/explained-stage.ts';
import type { WindowExplanation } from '../../activities/validation/explain-window.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { PlannedSeries, Versions } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import { decisionWords, whoActs } from './decision-words.ts';
import { factLines, type Fact } from './fact-lines.ts';
import { dispatchWords, failureParagraphs } from './failure-words.ts';
import { gainFacts, scoreTable, studentFacts } from './model-words.ts';
import { trainCommandText } from './train-command-text.ts';

/** An explanation for a person: a fact a line, a paragraph for each part of a window's life. */
export function explanationText(explained: WindowExplanation): string {
  const { stages: ended, changed, again } = explained;
  const paragraphs: (string | undefined)[] = [factLines(decisionFacts(explained))];
  if (ended !== undefined) {
    const scores = scoreTable(ended);
    paragraphs.push(
      factLines(stages.flatMap((stage) => endingFacts(explained, stage, ended[stage]))),
      factLines([...sampleFacts(explained, ended), ...gainFacts(ended), ...studentFacts(ended)]),
      scores && `${scores}\n(${scoresNote})`,
      factLines(lineageFacts(explained, ended)),
    );
  }
  paragraphs.push(...failureParagraphs(explained));
  const note =
    changed.length > 0 ? ` (other models by now: ${changed.join(' and ')} changed since)` : '';
  paragraphs.push(`again${note}\n${trainCommandText(again)}`);
  return paragraphs.filter((paragraph) => paragraph !== undefined).join('\n\n');
}

function decisionFacts(explained: WindowExplanation): Fact[] {
  const { from, to, effectiveFrom, effectiveTo, decisionDay, recipe } = explained;
  const { series, state, sealedBy } = explained;
  const isClipped = effectiveFrom !== from || effectiveTo !== to;
  const facts: (Fact | undefined)[] = [
    ['window', explained.window],
    ['run', `${explained.runId}, as of ${explained.asOf}, ${state ?? 'open or cut off'}`],
    ['decision', decisionWords(explained)],
    [
      'span',
      `from ${from} until ${to}` +
        (isClipped ? `, clipped by its listing from ${effectiveFrom} until ${effectiveTo}` : '') +
        (decisionDay === undefined ? '' : `; decided at the close of ${decisionDay}`),
    ],
    decisionDay && ['evaluation', evaluationWords(explained)],
    sealedBy && [
      'sealed',
      `scores of sessions after ${sealedBy.freeze} are kept back by holdout ${sealedBy.name}`,
    ],
    ['recipe', recipeWords(recipe)],
    ...poolFacts(explained),
    series && ['bars', barsWords(series)],
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** Where a window is judged, and which of its rows no model judges. */
function evaluationWords(explained: WindowExplanation): string {
  const { decisionDay, evaluateTo, judged = {}, unread = {}, reason, members, readTo } = explained;
  const rows = sumOf(judged);
  const gaps = [...(members ?? []), { symbol: explained.symbol, readTo }].flatMap(
    ({ symbol, readTo: gap }) => (gap === undefined ? [] : [`${symbol} from ${gap} on`]),
  );
  const without =
    reason !== undefined
      ? `, ${counted(rows, 'row')} without a model`
      : gaps.length === 0
        ? `, ${counted(rows, 'row')}`
        : `, ${counted(rows, 'row')}, ${sumOf(unread)} without a model: behind a gap that nobody ` +
          `confirmed, ${gaps.join(', ')}`;
  return `from ${decisionDay} until ${evaluateTo}${without}`;
}

function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, rows) => sum + rows, 0);
}

function barsWords({ series, segments, noEvidence }: PlannedSeries): string {
  const words = `${series}, ${counted(segments.length, 'segment')}`;
  return noEvidence === undefined
    ? words
    : `${words}; no evidence, by reconcile: ${noEvidence.join(', ')}`;
}

/** Whose rows a pooled window holds, and on whose teacher a residual student stands. */
function poolFacts({ members, absent = {}, teacherWindow }: WindowExplanation): Fact[] {
  const left = Object.entries(absent).map(([symbol, reason]) => `${symbol} ${reason}`);
  return [
    ...(members === undefined
      ? []
      : [['members', members.map(({ symbol, rows }) => `${symbol} ${rows}`).join(', ')] as const]),
    ...(left.length === 0 ? [] : [['left out', left.join(', ')] as const]),
    ...(teacherWindow === undefined ? [] : [['stands on', teacherWindow] as const]),
  ];
}

function recipeWords({
  name,
  version,
  horizon,
  label,
  features,
  without,
  student,
}: Recipe): string {
  const above = label.kind === 'relative' ? "the day's median" : `${label.costBps} bp`;
  const left = without.length > 0 ? ` without ${without.join(', ')}` : '';
  return (
    `${name}@${version}: labels over ${horizon} bars above ${above}, features ${features}${left}, ` +
    `student mix ${student.mix}`
  );
}

function endingFacts(explained: WindowExplanation, stage: Stage, ended: ExplainedStage): Fact[] {
  const { failure, failedDispatches } = ended;
  return [
    [stage, endingWords(explained, stage, ended)],
    ...(failure === undefined ? [] : [['', whoActs[failure.class]] as const]),
    ...failedDispatches.map((dispatch): Fact => ['', dispatchWords(dispatch)]),
  ];
}

function endingWords(explained: WindowExplanation, stage: Stage, ended: ExplainedStage): string {
  const { outcome, lane, device, seconds, failure, model } = ended;
  const there = `${lane} (${device}), ${seconds?.toFixed(2)} s`;
  const maker = model.madeBy === undefined ? '' : `, made by run ${model.madeBy}`;
  if (failure !== undefined) return `failed with ${failure.class}: ${failure.message}`;
  if (outcome === 'trained') return `trained by ${there}`;
  if (outcome === 'reused' && lane !== undefined) return `reused${maker} meanwhile; ${there}`;
  if (outcome === 'reused') return `reused${maker}`;
  if (stage === 'student' && explained.stages?.teacher.failure !== undefined)
    return 'not started: its teacher failed';
  return `not started: the run is ${explained.state ?? 'open or was cut off'}`;
}

function sampleFacts(
  { rows = 0, recipe }: WindowExplanation,
  ended: Readonly<Record<Stage, ExplainedStage>>,
): Fact[] {
  const facts = (ended.teacher.model.facts ?? ended.student.model.facts ?? {}) as {
    readonly features?: readonly string[];
    readonly folds?: readonly { readonly trainRows: number; readonly testRows: number }[];
  };
  const { features, folds } = facts;
  return [
    ['rows', `${rows} labelled rows that train`],
    ...(folds === undefined ? [] : [['folds', foldWords(folds)] as const]),
    ...(features === undefined
      ? []
      : [['features', `${features.length} of ${recipe.features}: ${features.join(' ')}`] as const]),
  ];
}

function foldWords(
  folds: readonly { readonly trainRows: number; readonly testRows: number }[],
): string {
  const each = folds.map(({ trainRows, testRows }) => `${trainRows} and ${testRows}`);
  return `rows that train and test: ${each.join(', ')}`;
}

/** Scores of one window explain it, and are no evidence: docs/decisions/0007. */
const scoresNote = 'one window proves nothing: "export predictions" judges all of them together';

/** Segments a lineage names at most. */
const mostSegments = 3;

function lineageFacts(
  explained: WindowExplanation,
  ended: Readonly<Record<Stage, ExplainedStage>>,
): Fact[] {
  const { root, runId, series } = explained;
  const learnt = (ended.teacher.model.facts?.series as PlannedSeries | undefined) ?? series;
  const artifact = (name: string, of: ExplainedArtifact): Fact[] => [
    [name, path.relative(root, of.folder)],
    ['', makerWords(of, runId)],
  ];
  return [
    ['lineage', `under ${root}`],
    ...(learnt === undefined ? [] : segmentFacts(learnt)),
    ...stages.flatMap((stage) => [
      ...artifact(`  ${stage}`, ended[stage].model),
      ...artifact('  predicts', ended[stage].predictions),
    ]),
  ];
}

function segmentFacts({ symbol, interval, series, segments }: PlannedSeries): Fact[] {
  const named = segments.slice(0, mostSegments).map((segment, index): Fact => {
    const file = `bars/${interval}/${symbol}/${series}/${segment}`;
    return [index === 0 ? '  bars' : '', file];
  });
  const rest = segments.length - named.length;
  return rest > 0 ? [...named, ['', `and ${rest} more`]] : named;
}

function makerWords({ facts, madeBy }: ExplainedArtifact, runId: string): string {
  if (facts === undefined) return 'not in the store';
  const { recipe, versions, converter, workflowId } = facts as {
    readonly recipe?: Recipe;
    readonly versions?: Versions;
    readonly converter?: string | number;
    readonly workflowId?: string;
  };
  const words = [
    recipe && `${recipe.name}@${recipe.version}`,
    versions && `LightGBM ${versions.lightgbm}`,
    // Students alone are converted, and served by ONNX Runtime.
    converter && `converter ${converter}, ONNX Runtime ${versions?.onnxruntime}`,
    `${madeBy === runId ? 'by' : 'by another run,'} ${workflowId}`,
  ];
  return words.filter((word) => word !== undefined).join(', ');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
