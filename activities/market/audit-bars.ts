import { InputError } from '../../shared/contracts/errors.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import { classOf, meantWords } from '../../shared/domain/market/instruments/instruments.ts';
import { findings, type Finding } from '../../shared/domain/market/quality/quality.ts';
import { explainedDays } from '../../shared/domain/market/actions/unconfirmed.ts';
import type { BarStore, SeriesPin } from '../../shared/runtime/bars/bar-store.ts';
import type { World } from '../../shared/runtime/world.ts';

export type { Finding };

/** Which bars to judge. */
export interface AuditRequest {
  /** All three where absent. */
  readonly interval?: Interval;
  readonly symbols: readonly string[] | 'all';
}

/** What is wrong with the bars on disk. */
export interface AuditReport {
  /** What was judged. */
  readonly symbols: number;
  readonly series: number;
  readonly bars: number;
  /** In order of symbol, interval and series. */
  readonly findings: readonly Finding[];
}

/**
 * Judges bars on disk by the rules of quality. Reads every series of the symbols and the corporate
 * actions, writes nothing. A jump that a confirmed action or move explains is none.
 *
 * @param tell - is called before each symbol
 * @throws InputError if a symbol has no bars
 * @throws DataError if a segment or the table of actions is damaged
 */
export async function auditBars(
  {
    actions,
    bars: store,
    calendar,
    instruments,
  }: Pick<World, 'actions' | 'bars' | 'calendar' | 'instruments'>,
  { interval, symbols }: AuditRequest,
  tell: (symbol: string) => void = () => {},
): Promise<AuditReport> {
  const audited = interval === undefined ? intervals : [interval];
  const known = new Set((await Promise.all(audited.map((one) => store.symbols(one)))).flat());
  const meant = symbols === 'all' ? known : symbols.map((symbol) => instruments.current(symbol));
  const asked = [...new Set(meant)].toSorted();
  for (const symbol of asked)
    if (!known.has(symbol)) {
      const near = instruments.nearest(symbol, known).filter((name) => known.has(name));
      throw new InputError(`there are no bars of "${symbol}"${meantWords(near)}`);
    }
  const table = await actions.table();
  const report = { symbols: asked.length, series: 0, bars: 0, findings: [] as Finding[] };
  for (const symbol of asked) {
    tell(symbol);
    const daily = await store.allSeries(symbol, '1d');
    for (const one of audited)
      for (const pin of await store.allSeries(symbol, one)) {
        const bars = await store.read(pin);
        const explained = explainedDays(symbol, pin.adjustment, table);
        const beside = one === '1d' ? undefined : adjustedAlike(pin, daily);
        report.series++;
        report.bars += bars.ts.length;
        report.findings.push(
          ...findings(
            {
              series: pin.series,
              bars,
              instrumentClass: classOf(instruments.find(symbol)),
              quarantined: await quarantinedRows(store, pin),
              ...(beside === undefined ? {} : { daily: await store.read(beside) }),
              isExplained: (day) => explained.has(day),
            },
            calendar,
          ),
        );
      }
  }
  return report;
}

/** The daily series to compare with: of the same source, else of any that is adjusted alike. */
function adjustedAlike(pin: SeriesPin, daily: readonly SeriesPin[]): SeriesPin | undefined {
  const alike = daily.filter(({ adjustment, rows }) => adjustment === pin.adjustment && rows > 0);
  return alike.find(({ series }) => series === pin.series) ?? alike[0];
}

/** Most series have none, and that is known without reading all there ever was. */
async function quarantinedRows(store: BarStore, pin: SeriesPin) {
  const { quarantined } = await store.presence(pin);
  return quarantined.length === 0 ? [] : (await store.history(pin)).quarantined;
}
