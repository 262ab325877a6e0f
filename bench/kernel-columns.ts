// Every indicator that TA-Lib has, of a file of bars, as JSON on stdout: what
// scripts/golden/compare-ta-lib.py holds against TA-Lib. NaN is null.

import { readFileSync } from 'node:fs';
import { adx, directionalIndicators } from '../shared/domain/samples/indicators/adx.ts';
import { bollinger, standardDeviation } from '../shared/domain/samples/indicators/bollinger.ts';
import { highestAt, lowestAt } from '../shared/domain/samples/indicators/extremes.ts';
import { macd } from '../shared/domain/samples/indicators/macd.ts';
import { ema, sma } from '../shared/domain/samples/indicators/moving-average.ts';
import { onBalanceVolume } from '../shared/domain/samples/indicators/obv.ts';
import { rsi } from '../shared/domain/samples/indicators/rsi.ts';
import { stochastic } from '../shared/domain/samples/indicators/stochastic.ts';
import { atr, trueRange } from '../shared/domain/samples/indicators/true-range.ts';

const [, ...rows] = readFileSync(process.argv[2], 'utf8').trim().split('\n');
const cells = rows.map((row) => row.split(','));
const [high, low, close, volume] = [2, 3, 4, 5].map((j) =>
  Float64Array.from(cells, (row) => Number(row[j])),
);
const bars = { high, low, close };
const moving = macd(close, 12, 26, 9);
const band = bollinger(close, 20, 2);
const direction = directionalIndicators(bars, 14);
const columns: Readonly<Record<string, Float64Array>> = {
  sma20: sma(close, 20),
  ema20: ema(close, 20),
  rsi14: rsi(close, 14),
  macdLine: moving.line,
  macdSignal: moving.signal,
  macdHistogram: moving.histogram,
  trueRange: trueRange(bars),
  atr14: atr(bars, 14),
  adx14: adx(bars, 14),
  plusDi14: direction.plus,
  minusDi14: direction.minus,
  fastK14: stochastic(bars, 14),
  max20: Float64Array.from(highestAt(high, 20), (place) => high[place] ?? NaN),
  min20: Float64Array.from(lowestAt(low, 20), (place) => low[place] ?? NaN),
  stddev20: standardDeviation(close, 20),
  bollingerUpper: band.upper,
  bollingerLower: band.lower,
  obv: onBalanceVolume(close, volume),
};
const text = Object.entries(columns).map(
  ([name, values]) => `${JSON.stringify(name)}:${JSON.stringify(Array.from(values))}`,
);
process.stdout.write(`{${text.join()}}\n`);
