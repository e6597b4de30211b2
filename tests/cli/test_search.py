"""`costmodel search`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.analysis.deployments import UNITS
from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ASKED = ("search", "--model", "llama-3.1-70b", "--prompt", "1000", "--output", "500")
H100 = (*ASKED, "--offer", "purchase/hgx-h100")
B200 = (*ASKED, "--offer", "purchase/hgx-b200")
COLUMNS = {"offer", "precision", "on_front", *UNITS}


def test_json_has_the_promised_shape(run: Run) -> None:
    """JSON has the cheapest, the front and the units of all columns."""
    answer = json.loads(run(*H100, "--top", "4", "--format", "json").out)
    assert set(answer) == {"units", "without", "cheapest", "front"}
    assert len(answer["cheapest"]) == 4
    assert all(set(row) == COLUMNS for row in (*answer["cheapest"], *answer["front"]))
    assert answer["cheapest"][0] == answer["front"][0]
    assert all(row["on_front"] is True for row in answer["front"])


def test_targets_and_precisions_are_those_asked_for(run: Run) -> None:
    """Every row of the CSV meets the targets, in the number type named, cheapest first."""
    asked = ("--ttft", "0.5", "--tpot", "30 ms", "--precision", "bf16", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(run(*H100, *asked).out)))
    assert len(rows) == 10
    assert {row["precision"] for row in rows} == {"bf16"}
    assert max(float(row["time_to_first_token"]) for row in rows) <= 0.5
    assert max(float(row["time_per_output_token"]) for row in rows) <= 0.03
    costs = [float(row["usd_per_million_tokens"]) for row in rows]
    assert costs == sorted(costs)


def test_the_table_marks_the_front(run: Run) -> None:
    """The table says what is marked, and the cheapest is on the front."""
    ran = run(*H100, "--top", "1")
    assert ran.code == 0
    assert "The front" in ran.out
    assert "*" in ran.out


def test_the_site_and_the_discount_rate_count(run: Run) -> None:
    """Owned systems cost more at a higher cost of capital."""
    costs = [
        json.loads(run(*H100, "--discount-rate", rate, "--format", "json").out)["cheapest"][0]["usd_per_million_tokens"]
        for rate in ("4", "12")
    ]
    assert costs[0] < costs[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*ASKED, "--offer", "hgx-h10"), 'Did you mean "hgx-h100"'),
        ((*H100, "--model", "llama-3.1-7b"), "Did you mean"),
        ((*H100, "--tpot", "1e-6"), "relax the targets to that"),
        ((*H100, "--precision", "fp9"), "No number type"),
        ((*H100, "--site", "us-hyperscal"), 'Did you mean "us-hyperscale"'),
        ((*H100, "--prompt", "nan"), "finite number"),
        ((*H100, "--prompt", "1,000"), 'write a decimal point, and "_" between thousands'),
        ((*H100, "--tpot", "0,03"), "has a comma in its number"),
        ((*H100, "--user-rate", "-3"), "must be above 0"),
        ((*H100, "--draft-tokens", "1,two", "--acceptance", "0.7"), "numbers with commas"),
        ((*H100, "--draft-tokens", "3"), "needs both"),
        ((*H100, "--disaggregated", "--transfer-bandwidth", "0 GB/s"), "must be above 0 GB/s"),
    ],
)
def test_mistakes_are_explained(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """A mistake ends with exit code 2 and what to do about it."""
    ran = run(*arguments)
    assert ran.code == 2
    assert says in ran.err


def test_offers_stand_side_by_side(run: Run) -> None:
    """Several offers get a table of the cheapest on each, and all letters of a layout are explained."""
    ran = run(*H100, "--offer", "purchase/hgx-b200", "--disaggregated", "--top", "2")
    assert "the cheapest on each offer" in ran.out
    assert "hgx-b200" in ran.out
    assert "replicas that read prompts > replicas that write answers" in ran.out
    assert "were not measured" in ran.err


def test_percentiles_have_columns_of_their_own(run: Run) -> None:
    """Asked for the 90th percentile, JSON names the columns that keep the limits."""
    asked = ("--ttft", "1", "--percentile", "p90", "--format", "json")
    answer = json.loads(run(*H100, *asked).out)
    assert all(row["time_to_first_token_p90"] <= 1 for row in answer["cheapest"])
    assert "time_to_first_token_p90" in answer["units"]


def test_a_page_draws_the_fronts(run: Run, tmp_path: Path) -> None:
    """The page has a chart and says for which question."""
    file = tmp_path / "page.html"
    ran = run(*B200, "--html", str(file), "--top", "1")
    text = file.read_text(encoding="utf-8")
    assert str(file) in ran.err
    assert "What does a million output tokens of Llama 3.1 70B cost" in text
    assert "Speed that one user sees" in text


def test_an_offer_that_costs_nothing_is_named(run: Run, tmp_path: Path) -> None:
    """A price of 0 USD counts as it stands, with a note; the page draws the other offers."""
    file = tmp_path / "offers" / "rental" / "free.toml"
    file.parent.mkdir(parents=True)
    price = (
        '[[price]]\nvalue = "0 USD/accelerator/hour"\nas_of = 2026-01-01\nsource = "assumption"\nreason = "a gift"\n'
    )
    names = 'name = "Gift"\nprovider = "Acme"\nsystem = "nvidia/hgx-h100"\ncommitment = "on demand"\n'
    file.write_text(names + price, encoding="utf-8")
    page = tmp_path / "page.html"
    ran = run(*H100, "--offer", "rental/free", "--specs", str(tmp_path), "--format", "json", "--html", str(page))
    assert ran.code == 0
    assert "rental/free: its hours cost 0 USD" in ran.err
    assert {row["usd_per_million_tokens"] == 0 for row in json.loads(ran.out)["front"]} == {True, False}


def test_the_table_fits_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of the tables is wider than 80 columns, whatever is asked."""
    monkeypatch.setattr("costmodel.cli.tables.WIDE", 80)
    ran = run(*H100, "--offer", "purchase/hgx-b200", "--disaggregated", "--percentile", "p90", "--top", "3")
    assert max(map(len, ran.out.splitlines())) <= 80


def test_a_number_type_without_a_deployment_is_named(run: Run) -> None:
    """Whoever asks for fp4 on an accelerator without it is told so, beside the answer in other types."""
    ran = run(*H100, "--precision", "fp4,fp8", "--top", "1")
    assert ran.code == 0
    assert "purchase/hgx-h100: no deployment in fp4" in ran.err
    assert "no deployment in fp8" not in ran.err
