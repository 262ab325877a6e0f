"""Writes data/fixtures/statistics.json: what scipy, statsmodels and arch say of generated rows.

    python3 -m venv /tmp/statistics
    /tmp/statistics/bin/pip install numpy==2.4.6 scipy==1.17.1 statsmodels==0.15.0 arch==8.0.0
    /tmp/statistics/bin/python scripts/golden/statistics.py

The same versions give the same file, byte for byte.
"""

import json
import pathlib

import numpy
from arch.bootstrap import StationaryBootstrap
from scipy import stats
from statsmodels.api import OLS
from statsmodels.stats.power import normal_sample_size_one_tail
from statsmodels.stats.proportion import proportion_confint

SEED = 20220101
SESSIONS, SYMBOLS = 60, 8
SERIES = 120
MEAN_BLOCK = 10
REPETITIONS = 50_000


def panel(chance):
    """Scores and returns by session and symbol; two decimals make ties."""
    market = chance.normal(0, 0.01, SESSIONS)
    score = numpy.round(chance.uniform(0.05, 0.95, (SESSIONS, SYMBOLS)), 2)
    move = market[:, None] + chance.normal(0, 0.02, (SESSIONS, SYMBOLS)) + 0.01 * (score - 0.5)
    return score, numpy.round(move, 3)


def rank_ic(score, move):
    return [float(stats.spearmanr(a, b).statistic) for a, b in zip(score, move)]


def autoregressive(chance):
    """A series that remembers: 0.6 of yesterday, mean 0.02."""
    values = numpy.zeros(SERIES)
    for i in range(1, SERIES):
        values[i] = 0.6 * values[i - 1] + chance.normal(0, 0.1)
    return numpy.round(values + 0.02, 4)


def newey_west(series, lags):
    fit = OLS(series, numpy.ones(len(series))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": False}
    )
    return {"lags": lags, "standardError": float(fit.bse[0]), "t": float(fit.tvalues[0])}


def calibration_error(label, probability, bins=10):
    bin_of = numpy.minimum(bins - 1, (probability * bins).astype(int))
    total = 0.0
    for b in range(bins):
        chosen = bin_of == b
        if chosen.any():
            total += chosen.mean() * abs(label[chosen].mean() - probability[chosen].mean())
    return float(total)


def stability(reference, sample, bins=10):
    edges = numpy.quantile(reference, numpy.arange(1, bins) / bins)
    shares = []
    for values in (reference, sample):
        counts = numpy.bincount(numpy.searchsorted(edges, values, side="left"), minlength=bins)
        shares.append((counts + 0.5) / (len(values) + bins / 2))
    return float(((shares[1] - shares[0]) * numpy.log(shares[1] / shares[0])).sum())


def block_bootstrap(series):
    """arch's interval and spread of the mean; 50,000 repetitions leave 1 % of it to chance."""
    bootstrap = StationaryBootstrap(MEAN_BLOCK, series, seed=SEED)
    drawn = bootstrap.apply(lambda x: x.mean(), REPETITIONS)[:, 0]
    low, high = numpy.quantile(drawn, [0.025, 0.975])
    return {"low": float(low), "high": float(high), "spread": float(drawn.std())}


def closed_form_spread(series):
    """What the spread of the mean would be after infinitely many resamples.

    Politis and Romano (1994), section 3: autocovariances c(i), each weighted by
    (1 - i/n) (1 - p)^i + (i/n) (1 - p)^(n - i).
    """
    n, keep = len(series), 1 - 1 / MEAN_BLOCK
    errors = series - series.mean()
    total = (errors**2).mean()
    for lag in range(1, n):
        covariance = (errors[lag:] * errors[:-lag]).sum() / n
        weight = (1 - lag / n) * keep**lag + (lag / n) * keep ** (n - lag)
        total += 2 * covariance * weight
    return float(numpy.sqrt(total / n))


def main():
    chance = numpy.random.default_rng(SEED)
    score, move = panel(chance)
    label = (move > 0).astype(int)
    flat_score, flat_label = score.ravel(), label.ravel()
    series = autoregressive(chance)
    gains, losses = flat_score[flat_label == 1], flat_score[flat_label == 0]
    area = stats.mannwhitneyu(gains, losses).statistic / (len(gains) * len(losses))
    # No ties: where an edge falls on a value, the last bit of the edge would decide.
    reference = chance.normal(0, 1, 300)
    sample = chance.normal(0.3, 1.2, 200)
    correlations = numpy.corrcoef(move.T)[numpy.triu_indices(SYMBOLS, 1)]
    # A unit effect at 80 % power, one-sided at 5 %, needs so many rows; the effect of one row is its root.
    rows = normal_sample_size_one_tail(diff=1.0, power=0.8, alpha=0.05, std_null=1.0)
    made = {
        "panel": {
            "score": score.tolist(),
            "move": move.tolist(),
            "rankIc": rank_ic(score, move),
            "area": float(area),
            "logLoss": float(-stats.bernoulli.logpmf(flat_label, flat_score).mean()),
            "constantLogLoss": float(stats.entropy([flat_label.mean(), 1 - flat_label.mean()])),
            "calibrationError": calibration_error(flat_label, flat_score),
            "correlation": float(correlations.mean()),
        },
        "series": {
            "values": series.tolist(),
            "neweyWest": [newey_west(series, lags) for lags in (0, 1, 10)],
            "arch": block_bootstrap(series),
            "closedFormSpread": closed_form_spread(series),
        },
        "samples": {
            "reference": reference.tolist(),
            "sample": sample.tolist(),
            "stability": stability(reference, sample),
            "smirnov": float(stats.ks_2samp(reference, sample).statistic),
            "quantiles": [float(v) for v in numpy.quantile(reference, [0, 0.025, 0.5, 0.99, 1])],
        },
        "wilson": [
            {"hits": h, "trials": n, "interval": [float(v) for v in proportion_confint(h, n, method="wilson")]}
            for h, n in ((0, 5), (19, 34), (7, 7))
        ],
        "detectable": float(numpy.sqrt(rows)),
    }
    path = pathlib.Path(__file__).parents[2] / "data" / "fixtures" / "statistics.json"
    lines = [
        f"  {json.dumps(name)}: " + json.dumps(value, separators=(",", ":"))
        for name, value in made.items()
    ]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
