"""Holds our indicators against TA-Lib on files of real bars (`ts,open,high,low,close,volume`).

    /tmp/ta-lib/bin/python scripts/golden/compare-ta-lib.py <file.csv> ...

Prints, over all files, the largest difference of each indicator from its first valid index on: of
prices as a share of the bar's close, of indicators from 0 to 100 in their own points, of OBV in
shares between one bar and the next. Bars that we leave out because they divide 0 by 0, where TA-Lib
writes 0, are counted apart. Exits 1 where a first index differs or a difference exceeds 1e-9.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys

import numpy

here = pathlib.Path(__file__).parent
spec = importlib.util.spec_from_file_location("ta_lib", here / "ta-lib.py")
golden = importlib.util.module_from_spec(spec)
spec.loader.exec_module(golden)

POINTS = {"rsi14", "adx14", "plusDi14", "minusDi14", "fastK14"}
TOLERANCE = 1e-9


def column(values):
    return numpy.array([numpy.nan if value is None else value for value in values])


def ours(file):
    command = ["node", here.parent / "setup" / "run.mjs", "bench/kernel-columns.ts", file]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def differences(name, mine, theirs, close):
    """Differences where both have a value, and the bars where only TA-Lib writes one: its 0."""
    if name == "obv":
        return numpy.abs(numpy.diff(mine) - numpy.diff(theirs)), 0
    first = numpy.flatnonzero(~numpy.isnan(theirs))
    first = first[0] if len(first) else len(theirs)
    if not numpy.isnan(mine[:first]).all():
        raise SystemExit(f"{name} has a value before TA-Lib's first, bar {first}")
    mine, theirs, close = mine[first:], theirs[first:], close[first:]
    missing = numpy.isnan(mine)
    if (theirs[missing] != 0).any():
        raise SystemExit(f"{name} is missing where TA-Lib has a value other than 0")
    unit = 1 if name in POINTS else close
    return (numpy.abs(mine - theirs) / unit)[~missing], int(missing.sum())


def main(files):
    worst, bars = {}, 0
    for file in files:
        rows = numpy.genfromtxt(file, delimiter=",", skip_header=1, usecols=(2, 3, 4, 5))
        columns = dict(zip(("high", "low", "close", "volume"), rows.T.copy()))
        bars += len(rows)
        theirs, mine = golden.answers(columns), ours(file)
        for name in theirs:
            found, missing = differences(name, column(mine[name]), column(theirs[name]), columns["close"])
            most, count = worst.get(name, (0.0, 0))
            worst[name] = (max(most, float(found.max(initial=0))), count + missing)
    print(f"{len(files)} files, {bars} bars")
    for name, (most, missing) in worst.items():
        unit = "shares" if name == "obv" else "points" if name in POINTS else "of the close"
        print(f"{name:15} {most:.1e} {unit}" + (f", {missing} bars of 0 / 0 left out" if missing else ""))
    sys.exit(1 if any(most > TOLERANCE for most, _ in worst.values()) else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
