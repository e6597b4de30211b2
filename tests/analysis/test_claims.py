"""Claims: every one is there, verdicts follow from the draws, and what takes a claim as its input does not test it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from costmodel.analysis.claims import Checked, Checker
from costmodel.domain.claim import Claim, load_claims
from costmodel.errors import CostModelError, SpecError, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.specs.claims import claims_file, read_claims
from costmodel.units import parse, quantity

GOLDEN = Path(__file__).parents[1] / "golden" / "claims.csv"
"""Figures and units of the collected public claims."""

PRICE = "rental/lambda-v100-three-year.price"


@pytest.fixture(scope="module")
def checked(catalog: Catalog) -> dict[str, Checked]:
    """Return every shipped claim with its verdict; nothing is solved for."""
    checker, claims = Checker(catalog), load_claims(catalog)
    for claim in claims:
        if claim.unknowns:
            assert {*claim.unknowns} <= {*checker.subject(claim).inputs}
    return {claim.id: checker.check(replace(claim, unknowns=())) for claim in claims}


@pytest.fixture(scope="module")
def training(catalog: Catalog) -> Claim:
    """Return a claim whose scenario is quickly computed, without unknowns."""
    (claim,) = (one for one in load_claims(catalog) if one.id == "gpt3-training-cost")
    return replace(claim, unknowns=())


@pytest.fixture
def check(catalog: Catalog) -> Checker:
    """Return a checker of claims."""
    return Checker(catalog)


def test_every_collected_claim_is_checked(checked: dict[str, Checked]) -> None:
    """Each has the figures that were collected, in their unit."""
    with GOLDEN.open() as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(checked)
    for id_, row in rows.items():
        stated = [float(row[key]) for key in ("low", "value", "high") if row[key]]
        if not stated:
            continue
        unit = {"FLOP/answer": "FLOP/query", "dimensionless": "1"}.get(row["unit"], row["unit"])
        said = [one.value for one in checked[id_].claim.stated]
        assert [float(one.to(parse(f"1 {unit}".removesuffix(" 1")).units).magnitude) for one in said] == stated


def test_tested_claims_have_ordered_figures_and_others_none(checked: dict[str, Checked]) -> None:
    """Low, median and high are in order where there is a verdict; every row says what would have to be true."""
    for one in checked.values():
        assert one.needs
        if one.verdict == "not testable":
            assert one.median != one.median
        else:
            assert one.low <= one.median <= one.high
            least, most = one.claim.ends
            assert (one.verdict == "inside") == (least <= one.high and one.low <= most)


def test_forecasts_and_budgets_are_not_testable(checked: dict[str, Checked]) -> None:
    """What is planned or foreseen is no figure of the model."""
    planned = ("microsoft-capex", "stargate", "openai-2024-forecast")
    assert {checked[one].verdict for one in planned} == {"not testable"}


def test_dearer_hours_move_the_verdict(check: Checker, training: Claim) -> None:
    """At three times the price of an hour the cost of the run, and with it the interval, is three times as much."""
    before, dearer = (
        check.check(replace(training, settings=(f"{PRICE}={price} USD/accelerator/hour",))) for price in (2.5, 7.5)
    )
    assert (before.verdict, dearer.verdict) == ("inside", "outside")
    assert [dearer.low, dearer.high] == pytest.approx([3 * before.low, 3 * before.high], rel=1e-9)


def test_a_figure_far_from_the_model_is_outside(check: Checker, training: Claim) -> None:
    """A claim of a tenth of the cost is outside, and what would have to be true is the price of an hour."""
    assert training.value is not None
    said = replace(training.value, value=training.value.value / 10)
    found = check.check(replace(training, value=said, unknowns=(PRICE,)))
    assert found.verdict == "outside"
    (price,) = found.solutions
    assert (price.status, price.inside_range) == ("solved", False)
    assert price.figure == pytest.approx(460_000, rel=1e-9)


def test_a_scenario_that_takes_the_claim_does_not_test_it(check: Checker, training: Claim) -> None:
    """A claim that an input of the figure equals is not testable, whatever the interval."""
    assert training.value is not None
    taken = replace(training.value, value=quantity(1.5, "USD/accelerator/hour"))
    found = check.check(replace(training, value=taken, figure="cost_per_accelerator_hour"))
    assert found.verdict == "not testable"
    assert PRICE in found.needs


def test_a_claim_needs_a_scenario_of_its_time(check: Checker, training: Claim) -> None:
    """Prices of 2020 say nothing on a claim of 2023."""
    assert training.value is not None
    assert training.value.as_of is not None
    late = replace(training.value, as_of=training.value.as_of.replace(year=2023))
    with pytest.raises(CostModelError, match="is of 2023-06-03, but gpt3-2020 takes prices of 2020-06-30"):
        check.check(replace(training, value=late))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"figure": "cost_per_training_rum"}, 'Did you mean "cost_per_training_run"'),
        ({"unknowns": ("training.godput",)}, 'Did you mean "training.goodput"'),
        ({"offer": "lambda-v100"}, "No offer of this scenario"),
    ],
)
def test_unknown_names_are_told(check: Checker, training: Claim, change: dict[str, str], says: str) -> None:
    """Figures, unknowns and offers that do not exist are errors with near matches."""
    with pytest.raises(UnknownName, match=says):
        check.check(replace(training, **change))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no claims"),
        ("[one]\nsubject = 'a'\n", ":1: claim: is missing"),
        ("[one]\nsubject = 'a'\nclaim = 'b'\n", ":3: one: gives none"),
        ("[one]\nsubject = 'a'\nclaim = 'b'\nscenario = 'gpt3-2020'\n", ":4: one: is missing figure"),
        ("[one]\nsubject = 'a'\nclaim = 'b'\nneeds = 'c'\nfigur = 'd'\n", 'Did you mean "figure"'),
        ("[one]\nsubject = 'a'\nclaim = 'b'\nscenario = 'gpt3-2021'\nfigure = 'x'\n", 'Did you mean "gpt3-2020"'),
        (
            "[one]\nsubject = 'a'\nclaim = 'b'\nneeds = 'c'\nvalue = { value = '1 USD', source = 'gpt3-paper' }\n",
            ":5: one: has no day",
        ),
        ("one = 1\n", ":1: one: must be a table"),
    ],
)
def test_a_faulty_file_is_told_with_its_line(catalog: Catalog, tmp_path: Path, text: str, says: str) -> None:
    """Every fault names the file, the line and what is allowed."""
    file = tmp_path / "my.toml"
    file.write_text(text)
    with pytest.raises(SpecError) as error:
        read_claims(catalog, file)
    assert str(file) in str(error.value)
    assert says in str(error.value)


def test_claims_beside_each_other_are_true_together_less_often(check: Checker, catalog: Catalog) -> None:
    """The draws in which both losses of Copilot are true are no more than those of either; what makes both is said."""
    known = {one.id: one for one in load_claims(catalog)}
    one = known["copilot-mean-loss"]
    found = check.check(replace(one, unknowns=("rental/azure-nd-a100-80gb-on-demand.price",)))
    subject = check.subject(one)
    alone = [subject.share_in_which([known[name]]) for name in ("copilot-mean-loss", "copilot-worst-loss")]
    assert 0 < found.share <= min(alone) < max(alone)
    assert [solution.status for solution in found.together] == ["solved", "solved"]
    assert "or for copilot-worst-loss too: " in found.needs


@pytest.mark.parametrize(
    ("beside", "says"),
    [("copilot-worst", 'Did you mean "copilot-worst-loss"'), ("copilot-revenue", "compared with another offer")],
)
def test_claims_beside_each_other_are_on_one_offer(catalog: Catalog, tmp_path: Path, beside: str, says: str) -> None:
    """What is compared with something else cannot be true of the same draws."""
    file = tmp_path / "my.toml"
    shipped = claims_file().read_text()
    file.write_text(shipped.replace('beside = ["copilot-worst-loss"]', f'beside = ["{beside}"]'))
    with pytest.raises(CostModelError, match=says):
        load_claims(catalog, file)
