"""The faults that are planted still fit the code: each text stands once in its file, and each named test exists."""

from __future__ import annotations

import runpy

from tests.shipped import ROOT


def test_every_fault_can_be_planted() -> None:
    """What moved or was renamed is told here at once, not when somebody plants faults again."""
    faults = runpy.run_path(str(ROOT / "docs" / "planted.py"))["FAULTS"]
    assert faults
    for fault in faults:
        assert (ROOT / "costmodel" / fault.file).read_text(encoding="utf-8").count(fault.good) == 1, fault.what
        file, _, test = fault.test.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), fault.what
