"""Writes data/fixtures/ta-lib.json: what TA-Lib says of generated bars, as the oracle of our kernels.

    python3 -m venv /tmp/ta-lib && /tmp/ta-lib/bin/pip install TA-Lib==0.8.2
    /tmp/ta-lib/bin/python scripts/golden/ta-lib.py

The wheel brings the C library 0.8.1 and numpy. The same seed gives the same file, byte for byte.
"""

import json
import math
import pathlib
import random

import numpy
import talib

SEED = 20220101
WALK_BARS = 400
FLAT = range(200, 240)  # no trade moves the price: every price of a bar is the last close
SHORT_BARS = 40  # a listing: ADX starts at bar 27, MACD at 33
GAP_BARS = 120
JUMPS = {60: 0.66, 90: 2.0}  # overnight: the price of each bar from there on, times this


def bars(count, flat, seed):
    """Columns of prices in rupees with two decimals: a walk of 1.5 % a day with gaps and wicks."""
    chance = random.Random(seed)
    columns = {"high": [], "low": [], "close": []}
    close = 850.0
    for i in range(count):
        if i in flat:
            high = low = close
        else:
            opened = close * math.exp(chance.gauss(0, 0.005))
            moved = opened * math.exp(chance.gauss(0, 0.014))
            high = max(opened, moved) * math.exp(abs(chance.gauss(0, 0.004)))
            low = min(opened, moved) * math.exp(-abs(chance.gauss(0, 0.004)))
            close = round(moved, 2)
            high, low = max(round(high, 2), close), min(round(low, 2), close)
        for name, value in zip(columns, (high, low, close)):
            columns[name].append(value)
    return columns


def jumped(columns, jumps):
    """The same columns on another price scale from each jump on."""
    factor = 1.0
    made = {name: [] for name in columns}
    for i, row in enumerate(zip(*columns.values())):
        factor *= jumps.get(i, 1.0)
        for name, value in zip(made, row):
            made[name].append(round(value * factor, 2))
    return made


def volumes(count, flat, seed):
    """Shares traded, none where no trade moves the price; a chance of their own leaves prices be."""
    chance = random.Random(seed)
    return [0.0 if i in flat else float(round(1e6 * math.exp(chance.gauss(0, 0.4)))) for i in range(count)]


def answers(columns):
    """TA-Lib's value of every bar, null during its warm-up."""
    high, low, close, volume = (numpy.array(columns[name]) for name in ("high", "low", "close", "volume"))
    line, signal, histogram = talib.MACD(close, 12, 26, 9)
    upper, _, lower = talib.BBANDS(close, 20, 2, 2)
    series = {
        "sma20": talib.SMA(close, 20),
        "ema20": talib.EMA(close, 20),
        "rsi14": talib.RSI(close, 14),
        "macdLine": line,
        "macdSignal": signal,
        "macdHistogram": histogram,
        "trueRange": talib.TRANGE(high, low, close),
        "atr14": talib.ATR(high, low, close, 14),
        "adx14": talib.ADX(high, low, close, 14),
        "plusDi14": talib.PLUS_DI(high, low, close, 14),
        "minusDi14": talib.MINUS_DI(high, low, close, 14),
        "fastK14": talib.STOCHF(high, low, close, 14, 1, 0)[0],
        "max20": talib.MAX(high, 20),
        "min20": talib.MIN(low, 20),
        "stddev20": talib.STDDEV(close, 20, 1),
        "obv": talib.OBV(close, volume),
        "bollingerUpper": upper,
        "bollingerLower": lower,
    }
    return {
        name: [None if math.isnan(value) else float(value) for value in values]
        for name, values in series.items()
    }


def main():
    made = {
        "walk": bars(WALK_BARS, FLAT, SEED) | {"volume": volumes(WALK_BARS, FLAT, SEED + 10)},
        "short": bars(SHORT_BARS, range(0), SEED + 1) | {"volume": volumes(SHORT_BARS, range(0), SEED + 11)},
        "gap": jumped(bars(GAP_BARS, range(0), SEED + 2), JUMPS)
        | {"volume": volumes(GAP_BARS, range(0), SEED + 12)},
    }
    lines = []
    for name, columns in made.items():
        rows = [
            f"    {json.dumps(key)}: {json.dumps(values, separators=(',', ':'))}"
            for key, values in {**columns, **answers(columns)}.items()
        ]
        lines.append(f"  {json.dumps(name)}: {{\n" + ",\n".join(rows) + "\n  }")
    path = pathlib.Path(__file__).parents[2] / "data" / "fixtures" / "ta-lib.json"
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{path}: {path.stat().st_size} bytes, TA-Lib {talib.__ta_version__.decode()}")


if __name__ == "__main__":
    main()
