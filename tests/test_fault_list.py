"""The list of faults that were found is true: each has a test in its file, and each planted one is in it."""

from __future__ import annotations

import re
import runpy

from tests.shipped import ROOT

TEXT = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
LISTED = re.findall(r"^\| (.+?) \| (?:[^|]+ \| )?(tests/[\w/]+\.py)::(test_\w+) \|$", TEXT, re.MULTILINE)


def test_every_fault_has_a_test_that_stands_in_its_file() -> None:
    """A test that is renamed or moved is missed here at once."""
    assert len(LISTED) > 50
    for what, file, test in LISTED:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), what


def test_every_planted_fault_is_listed_with_the_test_that_fails() -> None:
    """What `docs/planted.py` plants is what the list says."""
    planted = {(one.what, one.test) for one in runpy.run_path(str(ROOT / "docs" / "planted.py"))["FAULTS"]}
    assert planted <= {(what, f"{file}::{test}") for what, file, test in LISTED}


def test_no_row_is_passed_over() -> None:
    """Every line of a table names a test, but its head."""
    rows = [
        one for one in TEXT.splitlines() if one.startswith("| ") and not one.endswith(("| test |", "test that fails |"))
    ]
    assert len(rows) == len(LISTED)
