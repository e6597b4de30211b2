"""`costmodel compare`."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.specs.catalog import data_folder
from costmodel.units import quantity
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.fixture
def answer(run: Run) -> dict[str, object]:
    """Return the JSON answer of the copilot scenario."""
    ran = run("compare", "copilot", "--format", "json")
    assert ran.code == 0
    return json.loads(ran.out)


def test_json_has_the_promised_shape(answer: dict) -> None:
    """Every offer has its unit costs with units, for at least four offers."""
    assert answer["scenario"] == "copilot"
    assert len(answer["offers"]) >= 4
    for offer in answer["offers"]:
        for key in ("cost_per_query", "cost_per_million_tokens", "cost_per_user_month", "margin_per_user_month"):
            assert set(offer[key]) == {"value", "unit", "low", "high"}
            assert offer[key]["low"] <= offer[key]["value"] <= offer[key]["high"]
        assert offer["cost_per_user_month"]["unit"] == "USD/user/month"


def test_components_sum_to_the_total_to_the_last_bit(answer: dict) -> None:
    """The monthly components add up exactly, from the left, from the right and by fsum."""
    for offer in answer["offers"]:
        parts = [part["value"] for part in offer["components"]]
        total = offer["total_per_month"]["value"]
        assert sum(parts) == sum(reversed(parts)) == math.fsum(parts) == total


def test_every_format_has_the_same_numbers(run: Run, answer: dict) -> None:
    """CSV, JSON and the library give one number for one name, to the last bit, with the same interval."""
    rows = list(csv.DictReader(io.StringIO(run("compare", "copilot", "--format", "csv").out)))
    table = load("copilot").compare()
    for row, offer in zip(rows, answer["offers"], strict=True):
        assert row["offer"] == offer["offer"]
        for name in load("copilot").columns:
            cell = offer[name]
            assert float(row[name]) == cell["value"] == table[name][row["offer"]]
            assert float(row[f"{name}_low"]) == cell["low"] == table[f"{name}_low"][row["offer"]]
            assert float(row[f"{name}_high"]) == cell["high"] == table[f"{name}_high"][row["offer"]]


def test_explain_has_the_number_of_the_table(run: Run, answer: dict) -> None:
    """The tree of a number begins with the number that the comparison prints."""
    for offer in answer["offers"]:
        for name in ("cost_per_query", "cost_per_user_month", "total_per_month"):
            asked = ("explain", "copilot", name, "--offer", offer["offer"], "--depth", "2", "--format", "json")
            tree = json.loads(run(*asked).out)
            assert quantity(tree["value"], tree["unit"]).to(offer[name]["unit"]).magnitude == offer[name]["value"]
            if name == "total_per_month" and offer["components"][1:]:
                parts = [part["value"] for part in offer["components"]]
                assert [child["value"] for child in tree["children"]] == parts


def test_table_names_every_offer(run: Run) -> None:
    """The table has a row for every offer of the scenario."""
    shown = run("compare", "copilot").out
    assert all(name in shown for name in ("purchase/hgx-a100-80gb", "program/maia-100", "rental/coreweave"))


def test_training_scenario_gives_cost_per_run(run: Run) -> None:
    """A training scenario answers with the cost and length of one run."""
    answer = json.loads(run("compare", "gpt3-training", "--format", "json").out)
    assert answer["offers"][0]["cost_per_training_run"]["unit"] == "USD"
    assert answer["offers"][0]["duration"]["unit"] == "d"


def test_unknown_scenario_is_explained(run: Run) -> None:
    """A misspelt scenario ends with exit code 2 and the nearest one."""
    ran = run("compare", "copilott")
    assert ran.code == 2
    assert 'Did you mean "copilot"?' in ran.err


def test_scenario_can_be_a_path(run: Run, tmp_path: Path) -> None:
    """A scenario file of one's own is named by its path."""
    copy = tmp_path / "mine.toml"
    copy.write_text((data_folder("reports") / "copilot.toml").read_text())
    answer = json.loads(run("compare", str(copy), "--format", "json").out)
    assert answer["scenario"] == "mine"


def test_the_command_answers_in_one_line(run: Run) -> None:
    """JSON has cost per hour with its interval, present value and cash by year, which add up to what is paid."""
    asked = ("compare", "--accelerators", "64", "--hardware", "h100", "--years", "3", "--set", "utilization=0.6")
    said = json.loads(run(*asked, "--site", "us-colocation", "--format", "json").out)
    own = next(one for one in said["offers"] if one["offer"] == "purchase/hgx-h100")
    assert (said["horizon_years"], said["money"]) == (3, "real")
    assert said["price_date"].startswith(str(said["dollar_year"]))
    assert own["basis"].startswith("per used hour of the dense peak of one NVIDIA H100")
    assert set(own["cost_per_accelerator_hour"]) == {"value", "unit", "low", "high"}
    assert own["site"] == "us-colocation"
    assert {"net_present_value", "cash_by_year"} <= own.keys()


def test_what_an_hour_is_and_who_has_no_answer_is_said(run: Run) -> None:
    """A table has the basis of its costs per hour, and an offer without an answer is named: neither was in a table."""
    ran = run("compare", "--accelerators", "5", "--hardware", "h100", "--years", "2")
    assert "per used hour of the dense peak of one NVIDIA H100 SXM5 80 GB; hours follow the load" in ran.out
    assert "rental/aws-p5-h100-capacity-block has no answer" in ran.err
    asked = ("compare", "coreweave-contract", "--years", "2")
    assert "basis" in run(*asked, "--format", "csv").out.splitlines()[0].split(",")
    contract = run(*asked)
    assert "committed, all hours" in contract.out
    assert "in use only after the 2 years asked for" in contract.err
    assert "cost per million output tokens" in " ".join(run("compare", "api-price-war").out.split())


def test_the_command_says_what_is_missing(run: Run) -> None:
    """Neither a scenario nor a question is a mistake with the way out; both at once too."""
    assert "--hardware" in run("compare").err
    assert "--set site=ID" in run("compare", "copilot", "--hardware", "h100").err


def test_every_format_says_how_likely_each_offer_is_the_cheapest(run: Run) -> None:
    """The shares sum to 1 and are those of the decision, whose sentence comes first."""
    answer, decision = (json.loads(run(verb, "maia", "--format", "json").out) for verb in ("compare", "decide"))
    assert {name: answer[name] for name in ("winner", "sentence")} == {
        name: decision[name] for name in ("winner", "sentence")
    }
    found = answer["probability_cheapest"]
    assert sum(found.values()) == pytest.approx(1.0)
    assert found == decision["probability_cheapest"]
    rows = csv.DictReader(io.StringIO(run("compare", "maia", "--format", "csv").out))
    shares = {row["offer"]: row["probability_cheapest"] for row in rows}
    assert {offer: float(share) for offer, share in shares.items() if share} == found
    shown = run("compare", "maia").out
    assert shown.splitlines()[0] == answer["sentence"]
    assert "probability" in shown
