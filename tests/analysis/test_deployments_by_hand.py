"""Tables of deployments by hand: a front that is thinned out, and the cheapest at a speed."""

from __future__ import annotations

import pandas as pd

from costmodel.analysis.deployments import COST, UNITS, cheapest_at, front_of, units_at

FOUND = pd.DataFrame(
    {
        "offer": ["a", "b", "a", "a", "b", "a"],
        COST: [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "user_rate": [10.0, 12.0, 15.0, 48.0, 50.0, 90.0],
        "on_front": [True, False, True, True, False, True],
    }
)


def test_a_front_is_thinned_out_evenly_in_speed() -> None:
    """Of 10, 15, 48 and 90 the three nearest to 10, 50 and 90; as many as there are stay."""
    assert front_of(FOUND)["user_rate"].tolist() == [10.0, 15.0, 48.0, 90.0]
    assert front_of(FOUND, 3)["user_rate"].tolist() == [10.0, 48.0, 90.0]
    assert front_of(FOUND, 4)["user_rate"].tolist() == [10.0, 15.0, 48.0, 90.0]
    assert front_of(FOUND, 2)["user_rate"].tolist() == [10.0, 90.0]


def test_at_a_speed_each_offer_has_its_cheapest() -> None:
    """From 12 on that of 15 and that of 12 itself; from 60 on one offer alone."""
    found = cheapest_at(FOUND, [12.0, 60.0])
    rows = found[["at_least", "offer", COST]].to_numpy().tolist()
    assert rows == [[12.0, "b", 2.0], [12.0, "a", 3.0], [60.0, "a", 6.0]]


def test_latencies_of_a_share_have_columns_and_units_of_their_own() -> None:
    """In seconds, beside those of the mean."""
    assert units_at(None) == UNITS
    more = {name: unit for name, unit in units_at(0.95).items() if name not in UNITS}
    assert more == dict.fromkeys(("time_to_first_token_p95", "time_per_output_token_p95"), "s")
