"""What all tests share: hypothesis profiles, the catalogue, and the study of every shipped scenario."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from costmodel.analysis.study import Study, load
from costmodel.specs.catalog import Catalog
from tests.shipped import SCENARIOS

CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("desk", deadline=None, max_examples=10, derandomize=True, suppress_health_check=CALM)
settings.register_profile("search", deadline=None, max_examples=200, suppress_health_check=CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "desk"))


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped spec files."""
    return Catalog()


@pytest.fixture(scope="session", params=SCENARIOS)
def study(request: pytest.FixtureRequest) -> Study:
    """Return the study of each shipped scenario."""
    return load(request.param)


@pytest.fixture(scope="session")
def serving() -> Study:
    """Return one scenario that serves users under a purchase, rentals and a program."""
    return load("copilot")


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Return a function that writes a file of a folder of one's own, given its path in it."""

    def put(path: str, content: str | bytes) -> Path:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return put
