import type { TrainRequest } from '../../shared/contracts/plan.ts';

/** The command that asks for a request, to be copied into a shell. Defaults are left out. */
export function trainCommandText(request: TrainRequest): string {
  const { symbols, interval, recipe, studentMix } = request;
  const options: readonly (readonly [name: string, value: string | number | undefined])[] = [
    ['symbols', symbols === 'all' ? undefined : symbols.join()],
    ['from', request.from],
    ['to', request.to],
    ['interval', interval === '1d' ? undefined : interval],
    ['recipe', recipe === 'symbol' ? undefined : recipe],
    ['universe', request.universe],
    ['features', request.features],
    ['without', request.without?.join()],
    ['window-days', request.windowDays],
    ['step-days', request.stepDays],
    ['window-sessions', request.windowSessions],
    ['step-sessions', request.stepSessions],
    ['anchor', request.anchor],
    ['horizon', request.horizon],
    ['student-mix', studentMix],
    ['as-of', request.asOf],
  ];
  const words = options
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `--${name} ${shellWord(String(value))}`);
  return `npm run -s sensequant -- train ${words.join(' ')}`;
}

/** A word as a shell takes it: `M&M` would start a program in the background. */
function shellWord(text: string): string {
  return /^[\w.,:/@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
