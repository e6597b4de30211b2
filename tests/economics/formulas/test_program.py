"""What a program of one's own pays, by hand."""

from __future__ import annotations

from math import exp

from costmodel.economics.formulas import program as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds


@cases(
    (f.accelerators_of_fleet, {"systems": 3, "per_system": 8}, 24),
    (f.accelerators_of_fleet, {"systems": 0.05, "per_system": 8}, 1),
    (f.accelerators_made, {"own": 24, "others": 1000}, 1024),
    (f.charged_share, {"own": 24, "made": 96}, 0.25),
    (f.part_of_fleet, {"systems": 3, "whole": 12}, 0.25),
    (f.part_of_fleet, {"systems": 0.1, "whole": 0.5}, 0.2),
    (f.part_of_fleet, {"systems": 0, "whole": 0}, 1),
    (f.design_of_generation, {"design_cost": 100, "reused_design": 0.6, "derivatives": 2}, 60),
    (f.design_rate, {"design_cost": 1200, "share": 0.25, "months": 30}, 10),
    (f.tape_out_cost, {"tape_outs": 2, "cost": 30}, 60),
    (f.respin_cost, {"respin_probability": 0.4, "respin_share": 0.5, "mask_set": 30, "bring_up": 10}, 8),
    (f.happens, {"probability": 0.3, "outcome": 1}, 0.3),
    (f.happens, {"probability": 0.3, "outcome": exp(0.53)}, 1),
    (f.happens, {"probability": 0.3, "outcome": exp(0.52)}, 0),
    (f.happens, {"probability": 0.9, "outcome": exp(-1.2)}, 1),
    (f.happens, {"probability": 0.9, "outcome": exp(-1.3)}, 0),
    (f.time_served_meanwhile, {"arrival": 3, "software_start": 0.25, "software_time": 2}, 3.75),
    (f.months_lived, {"life": 60, "horizon": 96, "arrival": 48}, 48),
    (f.months_lived, {"life": 36, "horizon": 96, "arrival": 48}, 36),
    (f.months_lived, {"life": 36, "horizon": 96, "arrival": 96}, 1),
    (f.months_after, {"horizon": 96, "arrival": 24, "lived": 60}, 12),
    (f.months_after, {"horizon": 96, "arrival": 48, "lived": 60}, 0),
    (f.arrives, {"arrival": 95, "horizon": 96}, 1),
    (f.arrives, {"arrival": 96, "horizon": 96}, 0),
    (f.share_of_horizon, {"months": 24, "horizon": 96}, 0.25),
    (f.production_left, {"program_life": 4, "age": 1}, 3),
    (f.production_left, {"program_life": 4, "age": 5}, 0),
    (f.team_rate, {"team_cost": 1200, "share": 0.5, "probability": 0.6}, 30),
    (f.served_instead, {"level": 100, "probability": 0.4}, 40),
    (f.time_per_run, {"duration": 20, "utilization": 0.8}, 25),
    (f.fixed_cost_per_run, {"fixed": 1000, "runs": 4}, 3000),
    (f.price_by_trend, {"price": 1000, "decline": 0.5, "years": 2}, 100),
    (f.share_of_system, {"share": 100, "per_system": 8}, 800),
    (f.system_price, {"accelerators": 800, "rest": 200}, 1000),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Sums, rates, months and what happens are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
