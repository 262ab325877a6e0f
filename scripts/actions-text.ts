import type { ActionList, ListedAction } from '../activities/market/list-actions.ts';
import type { ActionSearch } from '../activities/market/propose-actions.ts';
import type { Proposal } from '../shared/runtime/reference/actions.ts';
import { tableText } from './output.ts';

/** All known actions and open proposals, for a person. */
export function listText({ actions, moves, proposals, proposedAsOf }: ActionList): string {
  const table = tableText(
    ['symbol', 'ex-date', 'kind', 'factor', 'cash', 'confirmed', 'bars', 'evidence'],
    actions.map((one) => [
      one.symbol,
      one.exDate,
      one.kind,
      one.priceFactor.toFixed(4),
      one.cash,
      one.confirmed ? 'yes' : 'no',
      barsWords(one),
      one.evidence === '' ? one.source : `${one.source}: ${one.evidence}`,
    ]),
  );
  return [
    actions.length === 0 ? 'no actions are known' : table,
    ...moves.map(({ symbol, day, source }) => `${symbol} really moved on ${day} (${source})`),
    '',
    proposedAsOf === undefined
      ? 'nobody has searched these bars; "actions propose" does'
      : `searched up to ${proposedAsOf}; proposals that wait for a person: ${proposals.length}`,
    ...(proposals.length > 0 ? [proposalsText(proposals)] : []),
  ].join('\n');
}

/** What a search found, for a person. */
export function searchText({ asOf, searched, vendor, proposals }: ActionSearch): string {
  const left = vendor > 0 ? `; ${vendor} left out: a vendor adjusted them` : '';
  const head = `bars of ${searched} symbols searched up to ${asOf}${left}`;
  if (proposals.length === 0) return `${head}\nno gap is unexplained`;
  return [
    head,
    proposalsText(proposals),
    'confirm each: "actions confirm SYMBOL DAY", or with --move if there was no action',
  ].join('\n');
}

/** An action that was confirmed, for a person. */
export function actionText(action: ListedAction): string {
  const { symbol, exDate, kind, priceFactor, cash, bars } = action;
  if (kind === 'dividend') return `${symbol} ${exDate}: dividend of ${cash} rupees confirmed`;
  const said = barsWords(action) || 'no raw bars reach there';
  const note =
    bars?.shown === false
      ? '\nthe bars do not show it, so it is not applied to them: check the day'
      : '';
  return `${symbol} ${exDate}: ${kind} of factor ${priceFactor} confirmed; ${said}${note}`;
}

function barsWords({ bars, kind }: ListedAction): string {
  // What a dividend does to an opening is lost among ordinary mornings.
  if (bars === undefined || kind === 'dividend') return '';
  return `${bars.shown ? 'shown' : 'not shown'} (${bars.gap.toFixed(4)})`;
}

function proposalsText(proposals: readonly Proposal[]): string {
  return tableText(
    ['symbol', 'day', 'close', 'open', 'gap', 'market', 'nearest', 'looks like', 'volume'],
    proposals.map((one) => [
      one.symbol,
      one.day,
      one.close.toFixed(2),
      one.open.toFixed(2),
      one.gap.toFixed(4),
      one.market.toFixed(4),
      one.ratio.toFixed(4),
      one.looksLike === 'action' ? one.words : 'unexplained',
      volumeWords(one),
    ]),
  );
}

function volumeWords({ volumeRatio, volumeSupports }: Proposal): string {
  if (volumeRatio === undefined) return 'none before';
  return `${volumeRatio.toFixed(1)} times${volumeSupports ? ', supports' : ''}`;
}
