"""`costmodel list`, `show` and `check`, as a user meets them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.analysis.listing import LISTED
from tests.cli.conftest import Ran
from tests.shipped import HARDWARE

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    ("kind", "least"), [("accelerators", 40), ("systems", 20), ("prices", 80), ("sites", 8), ("processes", 6)]
)
def test_json_is_a_list_of_objects_with_an_id(run: Run, kind: str, least: int) -> None:
    """Programs read lists as JSON."""
    rows = json.loads(run("list", kind, "--format", "json").out)
    assert len(rows) >= least
    assert all(row["id"] for row in rows)


@pytest.mark.parametrize("kind", LISTED)
def test_every_list_is_printed_in_every_format(run: Run, kind: str) -> None:
    """Table, CSV and JSON have the same ids."""
    ids = [row["id"] for row in json.loads(run("list", kind, "--format", "json").out)]
    assert [row["id"] for row in csv.DictReader(io.StringIO(run("list", kind, "--format", "csv").out))] == ids
    assert ids[0].split("/")[0] in run("list", kind).out


def test_kinds_are_counted(run: Run) -> None:
    """Without a kind, the command says what there is."""
    shown = run("list")
    assert shown.code == 0
    assert all(kind in shown.out for kind in LISTED)


def test_columns_are_chosen(run: Run) -> None:
    """Columns are named without their units; an unknown one is explained."""
    rows = json.loads(run("list", "accelerators", "--columns", "id,power", "--format", "json").out)
    assert set(rows[0]) == {"id", "power [watt/accelerator]"}
    assert 'Did you mean "power"?' in run("list", "accelerators", "--columns", "powr").err


def test_show_names_source_alternatives_and_address(run: Run) -> None:
    """A fact is shown with how sure it is; figures of other sources follow with the reason against them."""
    shown = run("show", "b200").out
    assert "memory.bandwidth (or)" in shown
    assert "recalled from tables" in shown
    assert "https://" in shown


@pytest.mark.parametrize(
    ("name", "id_"),
    [("h100", "nvidia/h100-sxm5-80gb"), ("H100", "nvidia/h100-sxm5-80gb"), ("Mixtral-8x7B", "mixtral-8x7b-v0.1")],
)
def test_show_takes_the_names_that_predictions_take(run: Run, name: str, id_: str) -> None:
    """Other names of a chip or a model, in any letters, show what they stand for."""
    assert json.loads(run("show", name, "--format", "json").out)["id"] == id_


def test_show_csv_has_a_row_for_each_price(run: Run) -> None:
    """Dated prices are rows with their dates."""
    rows = list(csv.DictReader(io.StringIO(run("show", "purchase/hgx-h100", "--format", "csv").out)))
    assert sum(row["key"].startswith("price.") and row["date"] != "" for row in rows) >= 2


def test_check_warns_and_strict_fails(run: Run, tmp_path: Path) -> None:
    """What may be left out is a warning with its consequence; --strict makes it a fault."""
    text = (HARDWARE / "accelerators/nvidia/h100-sxm5-80gb.toml").read_text().splitlines()
    file = tmp_path / "accelerators/us/chip.toml"
    file.parent.mkdir(parents=True)
    file.write_text("\n".join(line for line in text if not line.startswith("bandwidth_one_way")))
    ran, strict = run("check", str(file)), run("check", str(file), "--strict")
    assert (ran.code, strict.code) == (0, 2)
    assert "training on more than one system cannot be computed" in ran.out
    assert "training on more than one system cannot be computed" in strict.err
