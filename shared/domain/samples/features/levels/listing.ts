import { dayNumberOf } from '../../../market/calendar/exchange-time.ts';
import { levelFeature } from './level-feature.ts';

const daysOfYear = 365;

/** Years since the symbol was listed, at most 1: how much of a year's range there can be. */
export const listedAge = levelFeature('listedAge', 1, ({ ts }, { listedTs }) => {
  const listed = listedTs === undefined ? NaN : dayNumberOf(listedTs);
  return ts.map((stamp) => Math.min(1, (dayNumberOf(stamp) - listed) / daysOfYear));
});
