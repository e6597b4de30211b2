"""Profit through the stages of a deal: the four stages of Microsoft and OpenAI, and the laws of any waterfall."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import costmodel
from costmodel.domain.deal import Deal, Stage, load_deal, sources
from costmodel.economics.waterfall import cost_of_payment_in_profit, distribute, payouts, stage_ends
from costmodel.errors import FormulaError, SpecError, UnknownName
from costmodel.specs.catalog import Catalog

FILE = Path(costmodel.__file__).parent / "deals" / "microsoft-openai-2023.toml"
DEAL = load_deal(FILE)
PROFITS = st.floats(0, 1e12)
G = 1e9


@pytest.fixture(scope="module")
def deal() -> Deal:
    """Return the deal of Microsoft and OpenAI."""
    return load_deal("microsoft-openai-2023")


def test_four_stages_end_where_the_claim_says(deal: Deal) -> None:
    """1 billion repaid; 13 billion at 75%; 92 and 150 billion at 49% each; then all to OpenAI (profit-waterfall)."""
    ends = stage_ends(deal)
    assert ends.iloc[0] == pytest.approx(1 * G)
    assert ends.iloc[1] == pytest.approx(1 * G + 13 * G / 0.75)
    assert ends.iloc[2] == pytest.approx(1 * G + 13 * G / 0.75 + 150 * G / 0.49)
    assert ends.iloc[3] == float("inf")


def test_each_stage_pays_its_shares(deal: Deal) -> None:
    """Inside each stage one more dollar goes where the claim says."""

    def marginal(profit: float) -> dict[str, float]:
        step = 1e6
        gain = (distribute(deal, profit + step).sum() - distribute(deal, profit).sum()) / step
        return {party: round(float(share), 6) for party, share in gain.items() if abs(share) > 1e-9}

    assert marginal(0.5 * G) == {"early-investors": 1.0}
    assert marginal(10 * G) == {"microsoft": 0.75, "openai": 0.25}
    assert marginal(100 * G) == {"microsoft": 0.49, "other-investors": 0.49, "openai": 0.02}
    assert marginal(250 * G) == {"other-investors": 0.49, "openai": 0.51}
    assert marginal(500 * G) == {"openai": 1.0}


def test_nobody_gets_more_than_the_caps(deal: Deal) -> None:
    """From a trillion of profit Microsoft has 13 + 92 billion and the other investors 150."""
    total = distribute(deal, 1e12).sum()
    assert total["microsoft"] == pytest.approx(105 * G, rel=1e-12)
    assert total["other-investors"] == pytest.approx(150 * G, rel=1e-12)
    assert total.sum() == pytest.approx(1e12, rel=1e-12)


@given(PROFITS, PROFITS)
def test_all_profit_goes_somewhere_and_more_never_pays_less(one: float, other: float) -> None:
    """Payouts add up to the profit, and no party loses by more of it."""
    low, high = sorted((one, other))
    less, more = distribute(DEAL, low).sum(), distribute(DEAL, high).sum()
    assert less.sum() == pytest.approx(low, rel=1e-9, abs=1e-6)
    assert ((more - less) >= -1e-3).all()


@given(st.lists(st.floats(-5e10, 2e11), min_size=1, max_size=12))
def test_years_add_up_to_the_highest_total(profits: list[float]) -> None:
    """What is paid over the years is what the highest total so far pays at once: losses are made good first."""
    total, best = 0.0, 0.0
    for profit in profits:
        total += profit
        best = max(best, total)
    assert payouts(DEAL, profits).sum().to_numpy() == pytest.approx(distribute(DEAL, best).sum().to_numpy(), abs=1.0)


def test_compute_paid_in_profit_costs_what_its_rate_says(deal: Deal) -> None:
    """At the provider's own rate of return a dollar of compute costs exactly a dollar; below it, more."""
    profits, compute = [0.0, 0.0, 5 * G, 20 * G], [3 * G, 3 * G, 0.0, 0.0]
    found = cost_of_payment_in_profit(deal, "microsoft", profits, compute, real_discount_rate=0.1)
    rate = found["internal_rate_of_return"]
    fair = cost_of_payment_in_profit(deal, "microsoft", profits, compute, real_discount_rate=rate)
    assert fair["cost_per_dollar"] == pytest.approx(1.0, rel=1e-9)
    assert (found["cost_per_dollar"] > 1) == (rate > 0.1)
    with pytest.raises(UnknownName, match="microsoft"):
        cost_of_payment_in_profit(deal, "amazon", profits, compute, real_discount_rate=0.1)
    with pytest.raises(FormulaError, match="same years"):
        cost_of_payment_in_profit(deal, "microsoft", profits, compute[1:], real_discount_rate=0.1)


SMALL = Deal(
    "small",
    (
        Stage("one", {"a": 0.5, "b": 0.25}, "c", {"a": 1.0, "b": 1.0}),
        Stage("two", {"a": 0.5}, "b"),
    ),
)


@pytest.mark.parametrize(
    ("profit", "one", "two"),
    [
        (-1.0, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        (1.0, [0.5, 0.25, 0.25], [0.0, 0.0, 0.0]),
        (3.0, [1.0, 0.75, 1.25], [0.0, 0.0, 0.0]),
        (4.0, [1.0, 1.0, 2.0], [0.0, 0.0, 0.0]),
        (6.0, [1.0, 1.0, 2.0], [1.0, 1.0, 0.0]),
    ],
)
def test_a_small_deal_by_hand(profit: float, one: list[float], two: list[float]) -> None:
    """A party at its cap gets no more, the rest takes its share, and what is left goes to the next stage."""
    found = distribute(SMALL, profit)[["a", "b", "c"]]
    assert found.loc["one"].tolist() == pytest.approx(one, abs=1e-12)
    assert found.loc["two"].tolist() == pytest.approx(two, abs=1e-12)
    assert stage_ends(SMALL).tolist() == [4.0, float("inf")]


def test_a_small_deal_pays_compute_by_hand() -> None:
    """Half of 1.1 is worth 0.5 a year later at 10%, and so is compute of 0.55; a loss before is made good first."""
    paid = cost_of_payment_in_profit(SMALL, "a", [-1.0, 2.1], [0.25, 0.0], real_discount_rate=0.1)
    assert paid["paid"] == pytest.approx(0.5)
    assert paid["compute"] == pytest.approx(0.25)
    assert paid["cost_per_dollar"] == pytest.approx(2.0)
    assert paid["internal_rate_of_return"] == pytest.approx(0.55 / 0.25 - 1)
    assert payouts(SMALL, [1.0, -1.0, 2.0])["a"].tolist() == pytest.approx([0.5, 0.0, 0.5])


def test_impossible_deals_are_refused() -> None:
    """Shares above the whole, caps without a share, negative caps, endless stages and empty deals name the fault."""
    with pytest.raises(SpecError, match="add up to 120%"):
        Stage("too much", {"a": 0.7, "b": 0.5}, "a")
    with pytest.raises(SpecError, match="from 0% to 100%"):
        Stage("negative", {"a": -0.1}, "b")
    with pytest.raises(SpecError, match="never end"):
        Stage("no share", {"a": 0.5}, "b", {"b": 1.0})
    with pytest.raises(SpecError, match="cannot be negative"):
        Stage("cap", {"a": 0.5}, "b", {"a": -1.0})
    with pytest.raises(SpecError, match="no later stage"):
        Deal("endless", (Stage("one", {"a": 0.5}, "b"), Stage("two", {}, "b")))
    with pytest.raises(SpecError, match="at least one stage"):
        Deal("empty", ())


def test_an_unknown_deal_lists_the_shipped_ones() -> None:
    """A name that no file has is answered with those that have one."""
    with pytest.raises(UnknownName, match="microsoft-openai-2023"):
        load_deal("microsoft-openai")


def test_a_faulty_file_names_its_faults(tmp_path: Path) -> None:
    """A share without a source and a stage without a rest are both reported, with the file."""
    file = tmp_path / "deal.toml"
    file.write_text('[[stage]]\nname = "one"\n[stage.share]\na = "0.5"\n')
    with pytest.raises(SpecError) as raised:
        load_deal(file)
    assert len(raised.value.faults) == 2
    assert "rest" in str(raised.value)
    assert "has no source" in str(raised.value)


def test_every_share_and_cap_has_a_source(deal: Deal, catalog: Catalog) -> None:
    """All facts of the deal cite the bibliography, or are assumptions with a reason."""
    assert sources(deal) <= set(catalog.sources)
    assert all(fact.source or fact.reason for fact in deal.facts.values())
