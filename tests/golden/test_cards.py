"""Models by their own published files, against their cards: parameters, active ones, cache and weights."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from costmodel.domain.architecture import Architecture, architecture_of
from costmodel.performance.machine import published as sizes
from costmodel.performance.machine import shape
from costmodel.specs.published import read_published
from costmodel.units import Quantity, quantity

HERE = Path(__file__).parent
CARDS = {row["file"]: row for row in csv.DictReader((HERE / "cards.csv").read_text("utf-8").splitlines())}
SHORT = 128.0
"""Tokens of a sequence that no window or block is shorter than."""


def model(name: str) -> Architecture:
    """Return the shape that a model's own file gives."""
    return architecture_of("any", name, read_published(HERE / "cards" / f"{name}.json").shape)


def number(value: Quantity, unit: str = "1") -> float:
    """Return a quantity as a number in a unit."""
    return float(value.to(unit).magnitude)


@pytest.mark.parametrize("name", CARDS)
def test_all_parameters(name: str) -> None:
    """As many as the card says, to the digits that it gives."""
    said = float(CARDS[name]["parameters_billion"])
    assert number(shape.parameters(model(name))) / 1e9 == pytest.approx(said, rel=0.012)


@pytest.mark.parametrize("name", [name for name in CARDS if CARDS[name]["active_billion"]])
def test_active_parameters(name: str) -> None:
    """Cards count with or without the input embedding, in whole billions: the figure lies between both, within 6%."""
    one, said = model(name), float(CARDS[name]["active_billion"])
    active = number(shape.active_parameters(one)) / 1e9
    embedding = number(one.vocabulary * one.hidden_size) / 1e9
    assert active * 0.94 <= said <= (active + embedding) * 1.06


@pytest.mark.parametrize("name", [name for name in CARDS if CARDS[name]["cache_bytes_per_token"]])
def test_cache(name: str) -> None:
    """Exactly the bytes of a token, in 16 bits."""
    cache = sizes.cache_bytes(model(name), quantity(SHORT))
    assert number(cache, "byte") / SHORT == float(CARDS[name]["cache_bytes_per_token"])


@pytest.mark.parametrize("name", [name for name in CARDS if CARDS[name]["weight_gb"]])
def test_weights(name: str) -> None:
    """The bytes of the published files, scales included."""
    found = number(sizes.weight_bytes(model(name)), "GB")
    assert found == pytest.approx(float(CARDS[name]["weight_gb"]), rel=0.01)
