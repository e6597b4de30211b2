"""A folder of own spec files, valid as long as no test changes one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
from tests.specs.samples import FILES

KINDS = {"accelerators": "accelerator", "systems": "system", "offers": "purchase"}
Faults = Callable[..., tuple[str, ...]]


@pytest.fixture
def own(tmp_path: Path, write: Callable[[str, str | bytes], Path]) -> Path:
    """Return a folder with a chip, its server, an offer of it, and a bibliography."""
    for path, content in FILES.items():
        write(path, content)
    return tmp_path


@pytest.fixture
def faults(own: Path, write: Callable[[str, str | bytes], Path]) -> Faults:
    """Return a function that changes one text in one file and gives the faults found then."""

    def change(old: str, new: str, path: str = "accelerators/acme/chip.toml") -> tuple[str, ...]:
        assert old in FILES[path]
        write(path, FILES[path].replace(old, new))
        kind = KINDS[path.partition("/")[0]]
        with pytest.raises(SpecError) as error:
            Catalog([own]).get(kind, path.partition("acme/")[2].removesuffix(".toml") or "test")
        return error.value.faults

    return change
