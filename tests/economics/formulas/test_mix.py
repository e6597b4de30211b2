"""The cheapest mix by hand: at a peak of twice the mean the load rises evenly from the quietest hour."""

from __future__ import annotations

from costmodel.economics.formulas import mix as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds


@cases(
    (f.cheapest_base, {"base_cost": 60, "peak_cost": 100, "used": 0.5}, 0.4),
    (f.cheapest_base, {"base_cost": 60, "peak_cost": 100, "used": 0.25}, 0.064),
    (f.cheapest_base, {"base_cost": 60, "peak_cost": 100, "used": 1}, 1),
    (f.cheapest_base, {"base_cost": 100, "peak_cost": 100, "used": 1}, 0),
    (f.cheapest_base, {"base_cost": 100, "peak_cost": 0, "used": 0.5}, 0),
    (f.load_above, {"base": 0.25, "used": 0.5}, 0.28125),
    (f.load_above, {"base": 0, "used": 0.5}, 0.5),
    (f.load_above, {"base": 1, "used": 0.5}, 0),
    (f.load_above, {"base": 0.25, "used": 1}, 0.75),
    (f.load_above, {"base": 1, "used": 1}, 0),
    (f.share_used, {"work": 0.3, "share": 0.5}, 0.6),
    (f.share_used, {"work": 0.6, "share": 0.5}, 1),
    (f.share_used, {"work": 0.1, "share": 0}, 0),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Base, load above it and share used are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
