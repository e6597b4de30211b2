"""Published costs by our prices and methods: their own arithmetic, laws of hours, and reasons where nothing answers."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from costmodel.analysis import published_costs
from costmodel.analysis.published_costs import (
    Published,
    _in_unit,
    _likeness,
    _same_but_for_memory,
    day_of,
    number,
    text,
)
from costmodel.calibration.accuracy.published_costs import predict
from costmodel.errors import CostModelError, MissingData
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.rows import read_rows
from costmodel.units import magnitude, parse, quantity

ROWS = read_rows(data_folder("hardware") / "measurements" / "published_costs.csv").set_index("id")
FEW = ["epoch-cloud-gpt-3-175b-davinci", "epoch-amort-gpt-3-175b-davinci", "epoch-acq-gpt-4", "epoch-cloud-bloom-176b"]


@pytest.fixture(scope="module")
def published(catalog: Catalog) -> Published:
    """Return our figures of published costs."""
    return Published(catalog)


@pytest.mark.parametrize("name", ["cost-gpt3-azure-thread", "cost-startup-gpt3-1024a100"])
def test_stated_hours_and_prices_give_the_stated_sum(published: Published, name: str) -> None:
    """What a row says of its own hours, operations and prices comes to its own figure."""
    row = ROWS.loc[name].to_dict()
    assert published.figure(row).value == pytest.approx(row["value"], rel=0.01)


def test_other_methods_agree_with_epoch(catalog: Catalog) -> None:
    """Rent, worth lost and acquisition come within 5% of what Epoch AI counts, on V100 and on A100 of 2020 and 2022."""
    rows = ROWS.loc[FEW]
    found = predict(rows.drop(columns="value"), catalog)
    assert (found["predicted"] / rows["value"]).tolist() == pytest.approx(4 * [1.0], abs=0.05)
    assert (found["low"] <= found["predicted"]).all()
    assert (found["predicted"] <= found["high"]).all()


@pytest.mark.parametrize("name", ["epoch-cloud-bloom-176b", "epoch-amort-bloom-176b"])
def test_twice_the_hours_cost_twice_as_much(published: Published, name: str) -> None:
    """Rent and worth lost follow the hours."""
    row = ROWS.loc[name].to_dict()
    double = row | {"chip_hours": 2 * row["chip_hours"]}
    assert published.figure(double).value == pytest.approx(2 * published.figure(row).value)


@pytest.mark.parametrize(
    ("years", "taken"),
    [((None, 1.0, 3.0, 4.0), 3.0), ((None, 1.0, 2.9, 3.5), 4.0), ((None, 1.0, 1.0, 2.9), 4.0), ((None, 1.0, 1.0), 3.0)],
)
def test_rent_is_the_lowest_for_three_years_or_the_middle(
    published: Published, monkeypatch: pytest.MonkeyPatch, years: tuple[float | None, ...], taken: float
) -> None:
    """Hours cost 5, 2, 3 and 4 dollars on demand and by term, and less where they may be taken away, which none is."""
    offers = [
        SimpleNamespace(id=f"{price}", price=price, commitment="spot" if price == 1 else "none", term=term)
        for price, term in zip(
            (1.0, 5.0, 2.0, 3.0, 4.0),
            (None, *(None if one is None else quantity(one, "year") for one in years)),
            strict=False,
        )
    ]
    monkeypatch.setattr(Published, "_offers", lambda *_: offers)
    monkeypatch.setattr(published_costs, "_price", lambda one: one.price)
    row = ROWS.loc["epoch-cloud-bloom-176b"].to_dict() | {"chip_hours": 100.0, "price_per_chip_hour_usd": None}
    found = published.figure(row)
    highest = max(one.price for one in offers)
    assert (found.value, found.low, found.high) == pytest.approx((100 * taken, 200.0, 100 * highest))
    assert found.how == f"100 hours as published at {taken:g} USD ({taken})"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hardware": "Google TPU v3"}, "no purchase of Google TPU v3"),
        ({"hardware": "abacus"}, 'No accelerator "abacus"'),
        ({"n_chips": float("nan")}, "n_chips is missing"),
        ({"chip_hours": float("nan"), "assumptions": ""}, "neither hours nor operations"),
        ({"category": "business"}, "names no scenario"),
    ],
)
def test_what_has_no_answer_says_why(published: Published, changed: dict[str, object], words: str) -> None:
    """A row without hours, price or method has a reason, and no figure."""
    row = ROWS.loc["epoch-amort-bloom-176b"].to_dict() | {"utilisation_pct": None} | changed
    with pytest.raises(CostModelError, match=words):
        published.figure(row)


def test_prices_are_those_of_the_day(published: Published) -> None:
    """A row of a time from before any price has no answer, though there are prices now."""
    row = ROWS.loc["epoch-amort-bloom-176b"].to_dict() | {"assumptions": "released 2015-01-01"}
    with pytest.raises(MissingData, match="up to 2015-01-01"):
        published.figure(row)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2020-06", date(2020, 6, 30)),
        ("2021", date(2021, 12, 31)),
        ("2023-02-09", date(2023, 2, 9)),
        ("2024-2025", date(2024, 12, 31)),
    ],
)
def test_a_day_is_the_last_that_is_meant(said: str, day: date) -> None:
    """A month or a year stands for its last day."""
    assert day_of(pd.Series({"source_date": said}).to_dict()) == day


def test_figures_of_published_tables_are_read_as_they_are_written() -> None:
    """Cents, accelerators and other units; empty cells are nothing."""
    assert _in_unit(parse("3 USD"), {"unit": "US cents"}) == 300.0
    assert _in_unit(parse("3 USD/accelerator"), {"unit": "USD/chip"}) == 3.0
    assert _in_unit(parse("3 kUSD"), {"unit": "USD (2024)"}) == 3000.0
    row = {"a": " x ", "b": float("nan"), "c": None, "d": "3", "e": 4}
    assert [text(row, name) for name in "abcdf"] == ["x", "", "", "3", ""]
    assert [number(row, name) for name in "abcdef"] == [None, None, None, 3.0, 4.0, None]
    assert _same_but_for_memory("v100-16gb", "v100-32gb")
    assert not _same_but_for_memory("v100-16gb", "a100-16gb")
    assert [one("a-1gb", "a-2gb") for one in _likeness({"hardware": "A 1 GB"})] == [False, True]
    assert [one("a-1gb", "a-2gb") for one in _likeness({"hardware": "A"})] == [True]
    assert day_of({"assumptions": "released 2020-05-28", "source_date": "2024"}) == date(2020, 5, 28)
    assert [day_of({"source_date": one}) for one in ("2024-12", "2024-13", "")] == [
        date(2024, 12, 31),
        date(2024, 12, 31),
        date(2026, 12, 31),
    ]


def test_hours_are_stated_or_those_of_all_accelerators_or_of_the_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    """100; 8 for 12.5 hours each; 1e18 operations at half of 1 TFLOP/s are 2e6 s; else they are asked for."""
    chip = SimpleNamespace(peak={"fp16": parse("1 TFLOP/s")})
    one: Any = SimpleNamespace(chips=SimpleNamespace(find=lambda _: chip))
    monkeypatch.setattr(published_costs, "compute_type", lambda *_: "fp16")
    row = {"n_chips": 8, "assumptions": "training hours 12.5 as told", "hardware": "x"}
    hours, said = Published._hours(one, row | {"chip_hours": 100})
    assert (hours.magnitude, said) == (100.0, "100 hours as published")
    hours, said = Published._hours(one, row)
    assert (hours.magnitude, said) == (100.0, "8 accelerators x 12.5 hours")
    hours, said = Published._hours(one, {"utilisation_pct": 50, "train_flop": 1e18, "hardware": "x"})
    assert (magnitude(hours, "accelerator*hour"), said) == (
        pytest.approx(2e6 / 3600),
        "1e+18 operations at 50% of 1 TFLOP/s",
    )
    with pytest.raises(MissingData, match="neither hours nor operations"):
        Published._hours(one, {"utilisation_pct": 50})
