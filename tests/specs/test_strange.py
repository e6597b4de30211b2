"""Keys that no table knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import read_record
from costmodel.specs.record_reader import MOST_FAULTS
from costmodel.specs.strange import MOST
from tests.specs.samples import ACCELERATOR


def test_a_flood_of_strange_keys_is_told_in_the_order_of_the_file_and_by_its_size(tmp_path: Path) -> None:
    """The first ones by name, and how many come after them."""
    file = tmp_path / "accelerators" / "acme" / "flood.toml"
    file.parent.mkdir(parents=True)
    names = [f"strange_{i}" for i in range(MOST + 1_234)]
    file.write_text("\n".join(f"{name} = 1" for name in names) + f"\n{ACCELERATOR}")
    with pytest.raises(SpecError) as told:
        Catalog([tmp_path]).get("accelerator", "acme/flood")
    assert [fault.split(": ")[1] for fault in told.value.faults] == names[: MOST + 1]
    assert "and 1,234 keys after it are not keys of accelerator files" in told.value.faults[-1]


def test_a_flood_of_tables_with_one_strange_key_each_ends_early(tmp_path: Path) -> None:
    """The first faults are told with what comes after them, and nobody waits for thousands of near names."""
    file = tmp_path / "flood.toml"
    file.write_text("\n".join(f"[plans.p{i}]\nstrange = 1" for i in range(10 * MOST_FAULTS)))
    with pytest.raises(SpecError) as told:
        read_record(KINDS["scenario"], "flood", file)
    assert len(told.value.faults) == MOST_FAULTS + 1
    assert told.value.faults[-1].endswith("mend them first")
