"""Cost against speed: the chart, and the section of a scenario's page."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError
from costmodel.report.charts import cost_against_speed
from costmodel.report.naming import by_cost
from costmodel.report.speed import SHOWN, speed_against_cost


@pytest.fixture
def fronts() -> pd.DataFrame:
    """Return the fronts of two offers."""
    rows = [("buy", 10.0, 1.0), ("buy", 20.0, 3.0), ("rent", 10.0, 5.0), ("rent", 20.0, 15.0)]
    frame = pd.DataFrame(rows, columns=["offer", "user_rate", "cost"])
    return frame.assign(layout="bf16, tensor parallel 8", named=[True, False, True, True])


def _marks(chart: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in chart.to_dict()["layer"]]


def test_a_line_per_offer_and_a_dot_per_named_deployment(fronts: pd.DataFrame) -> None:
    """Cost is logarithmic, speed is not, and only named deployments have dots to be seen."""
    spec = cost_against_speed(fronts).to_dict()
    assert _marks(cost_against_speed(fronts)) == ["line", "circle", "circle", "circle"]
    line, *dots, _ = spec["layer"]
    assert line["encoding"]["y"]["scale"]["type"] == "log"
    assert "type" not in line["encoding"]["x"]["scale"]
    assert [len(spec["datasets"][layer["data"]["name"]]) for layer in dots] == [1, 2]


def test_the_chart_describes_both_ends_of_each_line(fronts: pd.DataFrame) -> None:
    """Who cannot see the chart reads where each line begins and ends."""
    said = cost_against_speed(fronts).to_dict()["description"]
    assert "buy, from 1 USD/million output tokens at 10 tokens/s to 3 USD/million output tokens at 20 tokens/s" in said


def test_missing_columns_are_named(fronts: pd.DataFrame) -> None:
    """A frame without speeds is refused in words."""
    with pytest.raises(CostModelError, match="missing: user_rate"):
        cost_against_speed(fronts.drop(columns="user_rate"))


def test_a_serving_page_has_up_to_five_deployments_per_offer(serving: Study) -> None:
    """The table names every offer, the cheapest of the page first, each from its cheapest deployment to its fastest."""
    section = speed_against_cost(serving)[0]
    assert section.table is not None
    groups = section.table.groupby("offer", sort=False)
    assert list(groups.groups) == [serving.scenario.offer(id_).name for id_ in by_cost(serving)]
    assert groups.size().between(1, SHOWN).all()
    assert all(rows["cost"].is_monotonic_increasing for _, rows in groups)
    assert set(section.units) <= set(section.table.columns)


def test_other_pages_have_no_such_section() -> None:
    """A training run has no user to be fast for."""
    assert speed_against_cost(load("gpt3-training")) == []


def test_a_serving_page_keeps_to_the_number_types_of_the_study_and_then_shows_all(serving: Study) -> None:
    """The first chart is in the types of the rest of the page, the second also has those that it leaves out."""
    own, every = speed_against_cost(serving)
    assert own.table is not None
    assert every.table is not None
    types = {deployment.precision for deployment in serving.deployments.values()}
    assert {layout.partition(",")[0] for layout in own.table["layout"]} <= types
    assert {layout.partition(",")[0] for layout in every.table["layout"]} > types
    assert not every.table.assign(type=every.table["layout"].str.partition(",")[0]).duplicated(["offer", "type"]).any()
    for offer, rows in every.table.groupby("offer"):
        assert rows["cost"].min() <= own.table.loc[own.table["offer"] == offer, "cost"].min()
