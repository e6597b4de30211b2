"""Charts as data: what they draw, in which unit, and in which words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.errors import CostModelError
from costmodel.report import Crossing, break_even_curve, cost_against_price, cost_bars, cost_stack
from costmodel.report.charts.over_time import over_time
from costmodel.report.charts.price import PAID
from costmodel.report.charts.regions import map_of
from costmodel.report.charts.rows import BAR, LINE, checked, drop
from costmodel.report.charts.theme import (
    COMPONENTS,
    COVERED,
    LINES,
    LOSS,
    NEUTRAL,
    PALETTE,
    component_colour,
    folded,
    powers,
)
from costmodel.report.charts.tornado import tornado
from costmodel.report.page import _own

LONG = "Rent, three years reserved, a server with eight accelerators and a savings plan in Northern Virginia"
FIELDS = ["x", "y", "offer", "share", "label"]
WHITE, NEAR_BLACK = "#ffffff", "#14171b"


def rows(chart: Any) -> list[dict[str, Any]]:
    """Return all rows that a chart draws, of all its layers."""
    return [row for rows in chart.to_dict()["datasets"].values() for row in rows]


def values(chart: Any, name: str) -> set[Any]:
    """Return the different values of a field."""
    return {row[name] for row in rows(chart) if name in row}


def contrast(colour: str, paper: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""
    dark, light = sorted(_luminance(one) for one in (colour, paper))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.fixture
def components() -> pd.DataFrame:
    """Return two offers, one with a credit."""
    return pd.DataFrame(
        [(LONG, "rent", 3_000_000.0), ("Buy", "servers", 2_000_000.0), ("Buy", "residual value", -500_000.0)],
        columns=["offer", "component", "cost"],
    )


@pytest.fixture
def curve() -> pd.DataFrame:
    """Return two straight lines that cross."""
    lines = [(float(x), "buy", 100.0 + x) for x in (1, 10, 100)] + [(float(x), "rent", 2.0 * x) for x in (1, 10, 100)]
    return pd.DataFrame(lines, columns=["x", "offer", "cost"])


def test_a_stack_shows_sums_in_the_unit_of_its_axis(components: pd.DataFrame) -> None:
    """The unit takes the prefix that fits, and a credit is taken off the sum."""
    chart = cost_stack(components)
    assert {"3.0 MUSD", "1.5 MUSD"} <= values(chart, "label")
    assert {"3 MUSD/month", "−500 kUSD/month"} <= values(chart, "tip")
    assert "Cost (MUSD/month)" in str(chart.to_dict())


def test_no_name_is_cut(components: pd.DataFrame) -> None:
    """A long name is folded into lines, with every word kept."""
    name = next(one for one in values(cost_stack(components), "name") if one.startswith("Rent"))
    assert "\n" in name
    assert name.replace("\n", " ") == LONG
    assert folded("") == " "


def test_a_chart_says_its_values_in_words(components: pd.DataFrame) -> None:
    """Whoever cannot see a chart hears every value of it."""
    assert cost_stack(components).to_dict()["description"].endswith(f"{LONG}, 3.0 MUSD; Buy, 1.5 MUSD.")


def test_cost_beyond_the_price_is_a_loss(costs: pd.DataFrame) -> None:
    """Each bar is parted at the price, and the words say margin or loss."""
    chart = cost_against_price(costs, 10)
    losses = [row for row in rows(chart) if row.get("part") == "loss" and row["stop"] > row["start"]]
    assert [(row["offer"], row["start"], row["stop"]) for row in losses] == [("rent", 10, 12.5)]
    assert {"2.0 USD\nmargin 80%", "12.5 USD\nloss 25%"} <= values(chart, "label")


def test_a_price_of_nothing_is_all_loss(costs: pd.DataFrame) -> None:
    """Where nothing is paid there is no percentage of it."""
    assert "2.0 USD\nloss" in values(cost_against_price(costs, 0.0), "label")


def test_a_price_is_called_what_it_is(costs: pd.DataFrame) -> None:
    """That of a list, or what is paid of it."""
    assert "price 10 USD" in values(cost_against_price(costs, 10), "text")
    assert "paid on average 6 USD" in values(cost_against_price(costs, 6, called=PAID), "text")


def test_intervals_are_drawn_where_they_are_known(costs: pd.DataFrame) -> None:
    """An offer without an interval has a bar and no whiskers."""
    chart = cost_bars(costs, "USD")
    assert values(chart, "range") >= {"1.5 – 3.0 USD"}
    assert len(cost_bars(costs.drop(columns=["low", "high"])).to_dict()["layer"]) == 3


def test_a_logarithmic_axis_refuses_zero(costs: pd.DataFrame) -> None:
    """The error says which value does not fit."""
    with pytest.raises(CostModelError, match="cannot show 0"):
        cost_bars(costs.assign(low=0.0), log=True)


def test_a_crossing_says_where_and_what(curve: pd.DataFrame) -> None:
    """The place of a crossing is written with its unit, beside what changes there."""
    chart = break_even_curve(curve, [Crossing(100, 200, "buying wins")], x_label="Users", x_unit="user")
    assert "100 users\nbuying wins" in values(chart, "text")
    assert "crossing, 100 users, buying wins" in chart.to_dict()["description"]


def test_a_curve_without_crossings_draws_lines_only(curve: pd.DataFrame) -> None:
    """No empty marks are left behind."""
    assert len(break_even_curve(curve, x_label="Users", log_y=True).to_dict()["layer"]) == 1


def test_missing_columns_are_named(curve: pd.DataFrame) -> None:
    """An error names the column, not a line of the drawing library."""
    with pytest.raises(CostModelError, match="missing: component"):
        cost_stack(curve)
    with pytest.raises(CostModelError, match="missing: x"):
        break_even_curve(curve.drop(columns="x"), x_label="Users")
    with pytest.raises(CostModelError, match="missing: any row"):
        cost_bars(curve.iloc[:0])


def test_the_frame_given_is_not_changed(components: pd.DataFrame) -> None:
    """A chart works on a copy."""
    before = components.copy()
    cost_stack(components)
    pd.testing.assert_frame_equal(components, before)


@pytest.mark.parametrize("paper", [WHITE, NEAR_BLACK])
def test_colours_can_be_seen_on_light_and_dark(paper: str) -> None:
    """Lines and words reach a contrast of 3, areas of 2.7, on either paper."""
    assert min(contrast(colour, paper) for colour in (*LINES, NEUTRAL, COVERED, LOSS)) >= 3
    assert min(contrast(colour, paper) for colour in PALETTE) >= 2.7


def test_the_style_sheet_knows_the_grey_that_stands_for_ink() -> None:
    """The one colour that two files share is the same in both."""
    assert f'[fill="{NEUTRAL}"]' in _own("style.css")
    assert f'[stroke="{NEUTRAL}"]' in _own("style.css")


def test_powers() -> None:
    """Few decades have marks between the powers of ten, many have none."""
    assert powers(1, 30) == [1, 2, 5, 10, 20]
    assert powers(3, 4e6) == [10, 100, 1000, 1e4, 1e5, 1e6]


@pytest.mark.parametrize(("low", "high"), [(110, 190), (0.31, 0.95), (1.2, 7.2), (0.0101, 0.0109), (1, 1000)])
def test_every_logarithmic_axis_has_marks(low: float, high: float) -> None:
    """However short it is: without two of them nobody can read a value."""
    marks = powers(low, high)
    assert 3 <= len(marks) <= 12
    assert marks == sorted(mark for mark in set(marks) if low <= mark <= high)


def test_a_map_ends_where_answers_do() -> None:
    """Fields without an answer take no room at the edges."""
    values = np.array([0.5, 1.0, 2.0, 4.0])
    cells = pd.DataFrame([(x, y, "buy" if y >= 1 else "", 1.0, "") for x in values for y in values], columns=FIELDS)
    chart = map_of(cells, cells[["x", "y"]].head(0), ("across", "", values), ("up", "", values))
    low, high = chart.to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert (low, high) == pytest.approx((0.5**0.5, 2**2.5))


def test_a_second_line_of_a_value_hangs_below_its_bar(costs: pd.DataFrame) -> None:
    """Above the bar stands the name of the offer, which may reach as far as the value."""
    texts = [layer["mark"] for layer in cost_against_price(costs, 10).to_dict()["layer"] if "mark" in layer]
    value = next(mark for mark in texts if mark["type"] == "text" and mark.get("baseline") == "middle")
    assert value["yOffset"] - LINE / 2 >= drop(checked(costs, "cost")) - BAR / 2


def test_a_bar_many_times_as_long_as_the_others_is_cut_and_says_its_value() -> None:
    """The axis ends beyond the others, in a unit that fits them; the label has the whole value and a mark."""
    costs = pd.DataFrame({"offer": ["a", "b", "c", "d"], "cost": [12.0, 17.0, 15.0, 15_700.0]})
    for chart in (cost_bars(costs), cost_stack(costs.assign(component="servers"), "USD")):
        drawn = chart.to_dict()
        reach = next(one["value"] for one in drawn["params"] if one["name"] == "reach")
        assert reach == pytest.approx(17 * 1.25)
        assert "15,700 USD" in values(chart, "label")
        assert "≫" in str(drawn["layer"])
    two = cost_bars(costs.iloc[2:]).to_dict()
    assert next(one["value"] for one in two["params"] if one["name"] == "reach") == pytest.approx(15.7)


def test_components_that_stand_together_have_colours_of_their_own() -> None:
    """No two of the named components share a colour."""
    colours = [component_colour(name) for name in COMPONENTS]
    assert len(set(colours)) == len(COMPONENTS)


def test_a_swing_is_written_from_its_least_to_its_greatest_cost() -> None:
    """An input that makes dearer when it falls has its costs in the same order as all others."""
    swings = pd.DataFrame({"offer": ["price", "use"], "cost_low": [2.0, 5.0], "cost_high": [6.0, 3.0]})
    assert values(tornado(swings, 4.0, "USD/hour"), "label") == {"2 – 6 USD", "3 – 5 USD"}


def test_a_name_that_would_lie_on_a_point_is_left_out() -> None:
    """The room of an early name ends at the next point that is as high: a narrow chart leaves the name out."""
    days = pd.to_datetime(["2018-01-01", "2019-01-01", "2025-01-01", "2026-01-01"])
    points = pd.DataFrame({"day": days, "value": [10.0, 10.5, 11.0, 900.0], "group": "a", "name": list("abcd")})
    named = [row for row in rows(over_time(points, "Rate", "", named=True)) if "room" in row]
    first = next(row for row in named if row["name"] == "a")
    assert first["share"] == pytest.approx(365 / (8 * 365.25), rel=0.01)
    points.loc[1, "value"] = 2.0
    first = next(row for row in rows(over_time(points, "Rate", "", named=True)) if row["name"] == "a" and "room" in row)
    assert first["share"] == pytest.approx(7 / 8, rel=0.01)
