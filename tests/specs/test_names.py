"""Further names of specs are read without checking whole files, which are checked when they are asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.domain.architecture_names import Architectures
from costmodel.errors import SpecError, UnknownName
from costmodel.specs.catalog import Catalog

BROKEN = 'name = "Broken"\naliases = ["org/broken-7b"]\nlayers = "many"\n'


def test_a_broken_file_hides_no_other_model(tmp_path: Path) -> None:
    """A file with faults is refused where its model is asked for, by each of its names, and nowhere else."""
    (tmp_path / "architectures").mkdir()
    (tmp_path / "architectures" / "broken.toml").write_text(BROKEN, encoding="utf-8")
    models = Architectures(Catalog([tmp_path]))
    assert models.find("Meta-Llama-3.1-8B-Instruct").id == "llama-3.1-8b"
    for name in ("broken", "org/broken-7b", "Broken-7B"):
        with pytest.raises(SpecError, match="layers"):
            models.find(name)


def test_names_that_are_no_texts_are_left_to_the_check(tmp_path: Path) -> None:
    """What a file says in place of names stops no search; the check of the file names it."""
    (tmp_path / "architectures").mkdir()
    (tmp_path / "architectures" / "odd.toml").write_text('name = "Odd"\naliases = [3, ["x"]]\n', encoding="utf-8")
    catalog = Catalog([tmp_path])
    assert "odd" not in catalog.aliases("architecture").values()
    with pytest.raises(SpecError, match="aliases"):
        catalog.get("architecture", "odd")


def test_a_point_between_digits_is_part_of_a_size() -> None:
    """OPT 1.3B is not OPT 13B; a version may leave its point out, as tables write them."""
    models = Architectures(Catalog())
    assert models.find("llama3_1-405b").id == models.find("llama31-405b").id == "llama-3.1-405b"
    with pytest.raises(UnknownName):
        models.find("facebook/opt-1.3b")
