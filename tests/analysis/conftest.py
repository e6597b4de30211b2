"""Studies that several tests of answers ask."""

from __future__ import annotations

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study


@pytest.fixture(scope="session")
def run() -> Study:
    """Return one run on rented and bought systems."""
    return load("gpt3-2020")


@pytest.fixture(scope="session")
def contract() -> Study:
    """Return a capacity, whose load is an input, without layouts to search."""
    return load("coreweave-contract", changes={"offers": "purchase/hgx-h100, rental/coreweave-openai-2025"})
