import { expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { bars } from '../../market/bars/bars.fixture.ts';
import { featureContract } from '../features.fixture.ts';
import { closedDays, monthShare, weekday } from './calendar.ts';

// The last of the contract's bars is Tuesday 2021-07-13.
featureContract(weekday, { of: 'prices', flat: 2 });
featureContract(monthShare, { of: 'prices', flat: 13 / 31 });
featureContract(closedDays, { of: 'prices', flat: 0 });

const days = ['2024-02-28', '2024-02-29', '2024-03-01', '2024-03-02', '2024-03-05'];
const sessions = bars({ close: [1, 1, 1, 1, 1], days: days as TradingDay[] });

test('weekday counts from Monday at the exchange, weekends included', () => {
  expect([...weekday.compute({ bars: sessions })]).toEqual([3, 4, 5, 6, 2]);
});

test('monthShare knows how long the month is', () => {
  expect([...monthShare.compute({ bars: sessions })]).toEqual([28 / 29, 1, 1 / 31, 2 / 31, 5 / 31]);
});

test('closedDays counts days without a bar, and none within a session', () => {
  const minutes = bars({ close: [1, 1, 1], interval: '5m' });

  expect([...closedDays.compute({ bars: sessions })]).toEqual([NaN, 0, 0, 0, 2]);
  expect([...closedDays.compute({ bars: minutes })]).toEqual([NaN, 0, 0]);
});
