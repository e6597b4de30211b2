"""What differs between two studies."""

from __future__ import annotations

import pytest

from costmodel.analysis.between import between
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import CostModelError, Infeasible

CHANGES = {
    "capacity.utilization": 0.7,
    "us-colocation-hyperscale.pue": 1.5,
    "purchase/hgx-h100.price": "250 kUSD/server",
    "offers": "purchase/hgx-h100, purchase/hgx-h200, rental/coreweave-openai-2025",
}


@pytest.fixture(scope="module")
def other(contract: Study) -> Study:
    """Return it with other numbers and one more offer."""
    return contract.again(CHANGES)


def test_parts_sum_to_the_difference_and_change_their_sign_with_the_direction(contract: Study, other: Study) -> None:
    """What each change did adds up, is nothing where an offer does not depend on it, and is negated the other way."""
    there, back = contract.diff(other), other.diff(contract)
    sums = there.parts.groupby("offer")["part"].sum()
    for offer, change in there.offers["change"].dropna().items():
        cost = there.offers["before"][offer]
        assert sums[offer] == pytest.approx(change, abs=1e-12 * cost)
        assert cost == pytest.approx(contract.compare().loc[offer, contract.headline], rel=1e-12)
    both = there.parts.merge(back.parts, on=["offer", "input"])
    assert len(both) == len(there.parts) > 0
    assert list(both["part_x"]) == pytest.approx(list(-both["part_y"]), abs=1e-12)
    rented = there.parts.set_index(["offer", "input"])["part"].xs("rental/coreweave-openai-2025")
    assert rented["purchase/hgx-h100.price"] == 0
    assert rented["capacity.utilization"] > 0


def test_a_single_change_does_all_that_changed(contract: Study) -> None:
    """One input set is one row, with both values, and its part is the difference that comparing shows."""
    found = contract.diff(contract.with_({"capacity.utilization": 0.7}))
    (row,) = found.inputs.reset_index().to_dict("records")
    assert (row["input"], row["before"], row["after"], row["what"]) == ("capacity.utilization", 0.9, 0.7, "value")
    assert "coreweave-contract.toml" in row["source_before"]
    assert list(found.parts["part"]) == list(found.offers["change"])


def test_no_change_gives_nothing(contract: Study) -> None:
    """A study differs from itself in nothing."""
    found = contract.diff(contract)
    assert found.inputs.empty
    assert found.parts.empty
    assert set(found.offers["change"]) == {0.0}


def test_an_offer_of_one_side_is_told_with_its_reason(contract: Study, other: Study) -> None:
    """An offer that is added has a cost after, none before, and a reason; it has no parts."""
    found = contract.diff(other)
    row = found.offers.loc["purchase/hgx-h200"]
    assert row["reason"] == "before: not among the offers"
    assert (row["before"] > 0, row["after"] > 0) == (False, True)
    assert "purchase/hgx-h200" not in set(found.parts["offer"])


def test_a_choice_brings_what_it_brings(contract: Study) -> None:
    """Another site is one change, beside which a number has its own; its facts are told under one name in both."""
    found = contract.diff(contract.again({"site": "us-hyperscale", "capacity.utilization": 0.7}))
    assert set(found.parts["input"]) == {"site", "capacity.utilization"}
    assert found.inputs.loc["site", ["before", "after"]].tolist() == ["us-colocation-hyperscale", "us-hyperscale"]
    assert found.inputs.loc["site.pue", "what"] == "value"


def test_each_of_a_few_choices_has_a_part_of_its_own() -> None:
    """A site does nothing to a rented fleet, a model does; parts sum, and have the other sign the other way."""
    rented = "rental/coreweave-h100-on-demand"
    before = load("copilot", changes={"offers": f"purchase/hgx-h100, {rented}"})
    after = before.again({"site": "us-colocation", "architecture": "qwen3-8b", "plan.cap": "800 query/user/day"})
    there, back = (one.parts.set_index(["offer", "input"])["part"] for one in (before.diff(after), after.diff(before)))
    assert set(there[rented].index) == {"site", "architecture", "plan.cap", "layouts"}
    assert there[rented, "site"] == 0 < there["purchase/hgx-h100", "site"]
    assert there[rented, "architecture"] < 0
    assert there[rented, "plan.cap"] < 0
    assert (there + back).abs().max() < 1e-12
    whole = after.compare()["cost_per_user_month"] - before.compare()["cost_per_user_month"]
    assert there.groupby("offer").sum()[whole.index].to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-12)


def test_more_choices_have_one_part(contract: Study) -> None:
    """Where sets of choices cannot be asked, or are too many, what they did together is one change."""
    choices = ["site", "architecture", "price_date", "workload"]
    assert between(contract, contract, choices, lambda *_: contract) == {}
    assert len(between(contract, contract, choices[:2], lambda *_: contract)) == 4

    def refuses(*_: object) -> Study:
        raise Infeasible

    assert between(contract, contract, choices[:2], refuses) == {}


def test_answers_to_different_questions_are_not_compared(contract: Study) -> None:
    """Costs of an hour and of a run have no difference."""
    with pytest.raises(CostModelError, match="different questions"):
        contract.diff(load("gpt3-2020"))
    with pytest.raises(CostModelError, match="figure of coreweave-contract"):
        contract.diff(contract, "cost_per_query")


def test_offers_and_layouts_that_differ_are_told() -> None:
    """Beside the numbers stand the offers that only one side has, and the layouts that a search found otherwise."""
    before = load("copilot")
    tighter = {"target.time_per_output_token": "15 ms", "offers": "purchase/hgx-h100, program/maia-100"}
    inputs = before.diff(before.with_({}).again(tighter)).inputs
    assert inputs.loc["offers", "before"] == (
        "purchase/hgx-a100-80gb, rental/coreweave-h100-on-demand, rental/coreweave-h100-five-year"
    )
    assert inputs.loc["offers", "after"] is None
    assert inputs.loc["layout of purchase/hgx-h100", "what"] == "searched"
    assert "tensor parallel" in inputs.loc["layout of purchase/hgx-h100", "after"]
