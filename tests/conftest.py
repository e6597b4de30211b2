"""What all tests share: hypothesis profiles, the seed of a run, the catalogue, and the study of every scenario."""

from __future__ import annotations

import gc
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.specs.catalog import Catalog
from tests import opened
from tests.once import Once
from tests.shipped import SCENARIOS
from tests.together import Together

CALM = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("gate", deadline=None, max_examples=50, suppress_health_check=CALM)
settings.register_profile("thorough", deadline=None, max_examples=1000, suppress_health_check=CALM)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "gate")
settings.load_profile(PROFILE)

collect_ignore_glob = ["benchmarks/*_on_gpu.py"]
"""What needs PyTorch and a GPU."""

gc.set_threshold(50_000, 10, 10)
"""Studies stay until the end: looking for cycles among their millions of objects took a tenth of the time."""

SEED = "hypothesis_seed"
ROOT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed of a run, unless it is given; workers get that of the run that started them.

    Each run draws anew, but where CI is set each state of the tree: what passed there passes again.
    """
    if config.getoption(SEED) is None:
        setattr(config.option, SEED, _seed_of_tree() if os.environ.get("CI") else int.from_bytes(os.urandom(4), "big"))


def _seed_of_tree() -> int:
    files = sorted(path for room in ("costmodel", "tests") for path in (ROOT / room).rglob("*.py"))
    return zlib.crc32(b"".join(path.read_bytes() for path in files))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give tests to processes by what they share, where the gate asks for that (`--dist loadscope`)."""
    return Together(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_sessionstart(session: pytest.Session) -> None:
    """Say at the start how this very run is repeated."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(session.config, "workerinput"):
        seed = session.config.getoption(SEED)
        reporter.write_line(f"to repeat these draws: HYPOTHESIS_PROFILE={PROFILE} pytest --hypothesis-seed={seed}")


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> object:
    """Return the seed of this run, for draws that hypothesis does not make."""
    return request.config.getoption(SEED)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Return the shipped spec files."""
    return Catalog()


@pytest.fixture(scope="session", autouse=True)
def _opened_once() -> Iterator[None]:
    """Open each shipped scenario once for all tests."""
    with opened.once():
        yield


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Return what is made once for all processes of this run; the folder above a worker's own belongs to all."""
    own = tmp_path_factory.getbasetemp()
    return Once(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture
def opened_anew() -> Iterator[None]:
    """Open scenarios anew in a test, for what has to come out alike twice."""
    with opened.anew():
        yield


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
