"""How usage differs between users, by hand: at a spread of one a gamma distribution is an exponential one."""

from __future__ import annotations

from math import e, exp, log, sqrt
from statistics import NormalDist

from costmodel.economics.formulas import usage as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

NORMAL = NormalDist().cdf
UNIT = sqrt(e - 1)
"""The spread of a lognormal distribution whose logarithm has a deviation of one."""


@cases(
    (f.lognormal_share_below, {"usage": exp(0.5), "spread": UNIT}, NORMAL(1)),
    (f.lognormal_usage_at, {"share": NORMAL(1), "spread": UNIT}, exp(0.5)),
    (f.lognormal_mean_up_to, {"cap": 2, "spread": UNIT}, NORMAL(log(2) - 0.5) + 2 * NORMAL(-log(2) - 0.5)),
    (f.gamma_share_below_usage, {"usage": 0.7, "spread": 1}, 1 - exp(-0.7)),
    (f.gamma_share_below_usage, {"usage": 0.5, "spread": 0.5}, 1 - exp(-2) * (1 + 2 + 2 + 4 / 3)),
    (f.gamma_usage_at, {"share": 0.6, "spread": 1}, -log(0.4)),
    (f.gamma_usage_at, {"share": 1 - exp(-2) * 19 / 3, "spread": 0.5}, 0.5),
    (f.gamma_mean_up_to, {"cap": 0.7, "spread": 1}, 1 - exp(-0.7)),
    (f.gamma_mean_up_to, {"cap": 0.5, "spread": 0.5}, 1 - exp(-2) * 7 + 0.5 * exp(-2) * 19 / 3),
    (f.pareto_share_below, {"usage": 1, "tail": 2}, 0.75),
    (f.pareto_share_below, {"usage": 0.4, "tail": 2}, 0),
    (f.pareto_usage_at, {"share": 0.75, "tail": 2}, 1),
    (f.pareto_mean_up_to, {"cap": 1, "tail": 2}, 0.75),
    (f.pareto_mean_up_to, {"cap": 2, "tail": 4}, 1 - (0.75 / 2) ** 3 / 4),
    (f.pareto_mean_up_to, {"cap": 0.3, "tail": 2}, 0.3),
    (f.class_share_below, {"usage": 2, "limit": 2, "share": 0.3}, 0.3),
    (f.class_share_below, {"usage": 2, "limit": 1.9, "share": 0.3}, 0),
    (f.class_mean_up_to, {"usage": 2, "cap": 3, "share": 0.3}, 0.6),
    (f.class_mean_up_to, {"usage": 2, "cap": 1, "share": 0.3}, 0.3),
    (f.relative_usage, {"limit": 30, "queries_per_user": 20}, 1.5),
    (f.relative_usage, {"limit": 0, "queries_per_user": 20}, 1e-9),
    (f.relative_usage, {"limit": 1e30, "queries_per_user": 20}, 1e9),
    (f.answered_up_to, {"queries_per_user": 20, "mean_up_to": 0.75}, 15),
    (f.queries_at, {"queries_per_user": 20, "usage": 1.5}, 30),
    (f.capped_queries, {"queries": 20, "cap": 12}, 12),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Shares, usages and means up to a cap are what the integrals give."""
    assert holds(one, given, right)
