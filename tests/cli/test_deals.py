"""The lessor's side and profit shares from the command: what they print is what the formulas give."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from costmodel.analysis.opening import load
from costmodel.report.deals import deal_sections
from costmodel.specs.catalog import Catalog
from tests.cli.conftest import Ran

Run = Callable[..., Ran]

CONTRACT = ("coreweave-h100-five-year", "--owned", "purchase/hgx-h100", "--site", "us-colocation-hyperscale")
LEASE_BACK = ("lambda-nvidia-lease-back-2025", "--owned", "purchase/hgx-b200")
DEAL = "microsoft-openai-2023"


def test_at_the_rent_floor_and_falling_rents(run: Run) -> None:
    """The floor lies below the rent where the system earns; each fall of the rent earns less; cash is by year."""
    found = json.loads(run("lessor", *CONTRACT, "--format", "json").out)
    summary = found["summary"]
    assert summary["net_present_value"]["value"] > 0
    assert summary["rent_floor"] == {
        "value": pytest.approx(2.6 * (1 - summary["margin"]["value"])),
        "unit": "USD/accelerator/hour",
    }
    worth = [row["net_present_value"] for row in found["if_rent_falls"]]
    assert worth == sorted(worth, reverse=True)
    assert [row["year"] for row in found["cash_by_year"]] == list(range(6))


def test_debt_leaves_the_rest_to_equity(run: Run) -> None:
    """Half of the start at 7% over five years: P r / (1 - (1 + r)^-5) less each year, and a return on what is left."""
    debt = ("--debt-share", "0.5", "--debt-rate", "7", "--debt-years", "5")
    found = json.loads(run("lessor", *CONTRACT, *debt, "--format", "json").out)
    cash, equity = ([row["value"] for row in found[f"{name}_by_year"]] for name in ("cash", "equity"))
    lent = max(-cash[0], 0.0) / 2
    assert equity[0] == pytest.approx(cash[0] + lent)
    assert equity[1:] == pytest.approx([one - lent * 0.07 / (1 - 1.07**-5) for one in cash[1:]])
    rate = found["return_on_equity"]["value"]
    late, early = (sum(one / (1 + rate) ** max(year - by, 0) for year, one in enumerate(equity)) for by in (0, 1))
    assert late < 0 < early, "paid month by month: between all of a year at its end and all at its start"
    assert "return on equity" in run("lessor", *CONTRACT, *debt).out
    whole = ("--debt-share", "1", "--debt-rate", "7", "--debt-years", "5")
    assert json.loads(run("lessor", *CONTRACT, *whole, "--format", "json").out)["return_on_equity"]["value"] is None


def test_a_contract_of_a_given_value_falls_too(run: Run) -> None:
    """What falls is the rent, not the years over which the same sum is spread."""
    rows = json.loads(run("lessor", *LEASE_BACK, "--format", "json").out)["if_rent_falls"]
    assert [row["net_present_value"] for row in rows] == sorted(
        (row["net_present_value"] for row in rows), reverse=True
    )


def test_a_lease_back_only_moves_money(run: Run) -> None:
    """1.3 billion USD over 10,000 accelerators and four years are 3.71 USD an hour; all parties add up to zero."""
    rows = json.loads(run("lessor", *LEASE_BACK, "--rent-on", "neocloud-b200-three-year", "--format", "json").out)
    parties = [[row[name] for name in ("vendor", "provider", "customer")] for row in rows["lease_back"]]
    assert all(sum(year) == pytest.approx(0, abs=1e-6) for year in parties)
    said = run("lessor", *LEASE_BACK, "--rent-on", "neocloud-b200-three-year").out
    assert "provider" in said
    assert Catalog().get("rental", LEASE_BACK[0]).facts["value"].value.magnitude == 1.3


def test_a_published_year_is_shown_beside_what_was_computed(run: Run) -> None:
    """CoreWeave's revenue of 2024 within a percent."""
    lines = {row["line"]: row for row in json.loads(run("lessor", "coreweave-2024", "--format", "json").out)["lines"]}
    assert abs(lines["revenue"]["deviation"]) < 0.01
    assert "deviation" in run("lessor", "coreweave-2024", "--format", "csv").out


def test_what_does_not_come_back_is_told(run: Run) -> None:
    """Too few hours sold pay back never: so the table says, and JSON has null."""
    asked = ("lessor", *CONTRACT, "--years", "1", "--sold", "0.3")
    assert json.loads(run(*asked, "--format", "json").out)["summary"]["payback_years"]["value"] is None
    shown = run(*asked).out
    assert "never" in shown
    assert "nan" not in shown


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("lessor", "purchase/hgx-h100"), "is no rental"),
        (("lessor", "coreweave-h100-five-year"), "say with --owned who owns it"),
        (("lessor", "lambda-h100-on-demand", "--owned", "purchase/hgx-h100"), "binds for no term"),
        (("lessor", *CONTRACT, "--debt-share", "0.5"), "belong together"),
        (("lessor", *LEASE_BACK[:1], "--owned", "purchase/hgx-h100"), "does not own"),
        (("waterfall", "microsoft-openai-2032", "--profit", "1 GUSD"), DEAL),
        (("waterfall", DEAL, "--profit", "100"), "must be an amount of money"),
        (("waterfall", DEAL, "--profit", "1 GUSD", "--compute", "1 GUSD"), "belong together"),
        (("waterfall", DEAL, "--profit", "1 GUSD", "--paid-to", "apple", "--compute", "1 GUSD"), "microsoft"),
    ],
)
def test_mistakes_are_explained(run: Run, asked: tuple[str, ...], said: str) -> None:
    """One message that says what is allowed, exit code 2."""
    found = run(*asked)
    assert found.code == 2
    assert said in found.err


def test_profit_goes_through_the_stages(run: Run) -> None:
    """Of 100 billion USD the first repays investors, then Microsoft its 13, then both groups have 49% each."""
    found = json.loads(run("waterfall", DEAL, "--profit", "100 GUSD", "--format", "json").out)
    total = {party: sum(row[party] for row in found["by_stage"]) for party in ("microsoft", "openai")}
    assert total["microsoft"] == pytest.approx(13e9 + 0.49 * (100e9 - 1e9 - 13e9 / 0.75))
    assert found["by_year"][0]["microsoft"] == pytest.approx(total["microsoft"])
    assert found["stage_ends"]["all to OpenAI"] is None


def test_compute_paid_in_profit_has_a_price(run: Run) -> None:
    """A dollar of compute that is paid with 75 cents of every later dollar costs what is paid for it."""
    asked = (
        "waterfall",
        DEAL,
        "--profit",
        "0 USD",
        "--profit",
        "10 GUSD",
        "--paid-to",
        "microsoft",
        "--discount-rate",
        "0",
    )
    found = json.loads(run(*asked, "--compute", "5 GUSD", "--compute", "0 USD", "--format", "json").out)
    assert found["payment_in_profit"]["cost_per_dollar"] == pytest.approx(0.75 * 9 / 5)
    assert "paid per dollar" in run(*asked, "--compute", "5 GUSD", "--compute", "0 USD").out
    given = run(*asked[:4], "--paid-to", "microsoft", "--compute", "5 GUSD").out.split()
    assert given[-2:] == ["0", "none"]  # nothing is paid for it, so that it earns no rate


def test_pages_have_both_sides_of_a_contract() -> None:
    """The page of the contract says what its lessor earns and who would get which profit."""
    sections = {one.heading: one for one in deal_sections(load("coreweave-contract"))}
    assert len(sections["The lessor's side"].table) == 3
    assert sections["Who gets which profit"].table.iloc[:, 1:].to_numpy().sum() == pytest.approx(100)


def test_half_paid_with_credits_costs_less_by_what_a_credit_is_worth() -> None:
    """Half of the rent paid with credits at half a dollar a dollar is a quarter off."""
    offers = "rental/azure-nd-a100-80gb-on-demand, rental/azure-nd-a100-80gb-credits"
    study = load("coreweave-contract", changes={"offers": offers})
    plain, credited = (study.costs[id_]["total_per_month"] for id_ in offers.split(", "))
    assert float((credited / plain).to("").magnitude) == pytest.approx(0.75, rel=1e-9)
