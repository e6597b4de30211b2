"""What is shown of programs: chips by part, cost and chance by chips made, cash by month."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner

from costmodel.analysis.opening import load
from costmodel.analysis.program_views import by_volume, cash_by_month, made_of, troughs
from costmodel.analysis.study import Study
from costmodel.cli.main import costmodel
from costmodel.domain.offers import Program
from costmodel.economics.program import FIXED
from costmodel.units import magnitude, quantity

MAIA, RIVAL = "program/maia-100", "purchase/rival-2029"


@pytest.fixture(scope="module")
def study() -> Study:
    """Return a scenario with one program."""
    return load("copilot", changes={"offers": f"purchase/hgx-h100, {MAIA}"})


def test_cost_falls_and_chances_rise_with_chips_made(study: Study) -> None:
    """Down to the cost without what is paid once; the chance at the own number of chips is that of `who pays`."""
    found = by_volume(study, draws=256)
    assert (np.diff(found["cost"]) < 0).all()
    assert (np.diff(found["probability_beats_rival"]) >= 0).all()
    one = study.costs[MAIA]
    fixed = sum(magnitude(one.components[name], "USD/month") for name in FIXED)
    marginal = one[study.headline] * (1 - fixed / magnitude(one["total_per_month"], "USD/month"))
    assert found["cost"].iloc[-1] == pytest.approx(float(marginal.magnitude), rel=0.01)
    assert set(found["rival"]) == {RIVAL}


def test_parts_of_a_chip_are_its_unit_cost(study: Study) -> None:
    """From wafer to partner's margin: their sum is the total, which is what the answers count, also of what is set."""
    for asked in (study, study.with_({"n5.wafer_price": 30e3, f"{MAIA}.partner_margin": 0.3})):
        parts = made_of(asked).set_index("part")["cost"]
        assert parts["total"] == pytest.approx(parts.drop("total").sum(), rel=1e-9)
        assert parts["total"] == pytest.approx(magnitude(asked.costs[MAIA]["unit_cost"], "USD/accelerator"), rel=1e-9)


def test_a_chip_whose_cost_is_given_has_no_parts(study: Study) -> None:
    """What its materials would cost is not what the answers count."""
    asked = study.scenario
    given = tuple(
        replace(one, unit_cost=quantity(4e3, "USD/accelerator"), materials=None) if isinstance(one, Program) else one
        for one in asked.offers
    )
    assert made_of(replace(study, scenario=replace(asked, offers=given))).empty


def test_a_program_is_deepest_in_the_red_where_it_has_paid_most_beyond_its_rival(study: Study) -> None:
    """What is paid to the last month is what the statement by month sums to."""
    cash = cash_by_month(study)
    (one,) = troughs(cash)
    beyond = cash["paid"] - cash["paid_by_rival"]
    assert one.beyond == beyond.max() == beyond.iloc[one.month]
    frame = study.cash()
    rows = frame[(frame["view"] == "cash") & (frame["offer"] == MAIA)]
    assert one.total == pytest.approx(rows["cost"].sum(), rel=1e-9)


def test_the_verb_tells_all_views_and_refuses_a_scenario_without_programs() -> None:
    """JSON has who pays, parts, volumes and cash; where there is no program, the message says what to add."""
    run = CliRunner().invoke(costmodel, ["program", "copilot", "--draws", "64", "--format", "json"])
    found = json.loads(run.output)[MAIA]
    assert {"program", "made_of", "by_volume", "cash", "trough", "unit"} == found.keys()
    assert found["trough"]["rival"] == RIVAL
    without = CliRunner().invoke(costmodel, ["program", "gpt3-2020"])
    assert without.exit_code
    assert "has no program" in str(without.exception)
