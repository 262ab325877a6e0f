import type { Bars } from '../../../market/bars/bars.ts';
import { priceLevels, type LevelColumns } from '../../indicators/price-levels.ts';
import { atr } from '../../indicators/true-range.ts';
import type { Feature } from '../feature.ts';
import { volumeZ20 } from '../volume.ts';
import { closeAbove, levelFeature } from './level-feature.ts';

/** Three levels at the earliest: two at the bar that has the first range, the third 3 bars later. */
const threeLevels = 18;
/** A touch at the first bar whose volume has a score, confirmed 2 bars later. */
const scoredTouch = 22;

/** How far the close stands above the nearest level above it, in average true ranges: negative. */
export const levelAbove = ofLevels('levelAbove', threeLevels, ({ above }, bars) =>
  closeAbove(bars, above),
);
/** How far it stands above the nearest level below it: 0 or more. */
export const levelBelow = ofLevels('levelBelow', threeLevels, ({ below }, bars) =>
  closeAbove(bars, below),
);
/** How often and with how much volume the level above was touched, faded with age. */
export const levelAboveScore = ofLevels('levelAboveScore', scoredTouch, (all) => all.aboveScore);
/** The same of the level below. */
export const levelBelowScore = ofLevels('levelBelowScore', scoredTouch, (all) => all.belowScore);
/** Levels within 2 average true ranges of the close. */
export const levelCount = ofLevels('levelCount', threeLevels, ({ count }) => count);
/** 1 where this close went a quarter of a range beyond a level upwards, −1 downwards, else 0. */
export const levelBreakout = ofLevels('levelBreakout', threeLevels, ({ breakout }) => breakout);

/** 1 where a level stands within 2 average true ranges above the close and one below it, else 0. */
export const levelInRange = ofLevels('levelInRange', threeLevels, ({ inRange }) => inRange);

/** Seven features look at the same levels of the same bars, one after the other. */
const remembered = new WeakMap<Bars, LevelColumns>();

function ofLevels(
  name: string,
  lookback: number,
  columnOf: (levels: LevelColumns, bars: Bars) => Float64Array,
): Feature {
  return levelFeature(name, lookback, (bars) => columnOf(levelsOf(bars), bars).slice());
}

function levelsOf(bars: Bars): LevelColumns {
  const known = remembered.get(bars);
  if (known !== undefined) return known;
  const levels = priceLevels(bars, atr(bars, 14), volumeZ20.compute({ bars }));
  remembered.set(bars, levels);
  return levels;
}
