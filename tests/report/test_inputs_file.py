"""The inputs of a page as a file: whatever can be read as a scenario can be saved as one."""

from __future__ import annotations

from pathlib import Path

import pytest

import costmodel as cm
from costmodel.report.inputs_file import inputs_file
from tests.shipped import ROOT


@pytest.mark.parametrize("before", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_file_of_another_editor_is_saved_alike(tmp_path: Path, before: str, end: str) -> None:
    """A mark of its encoding, and line ends of another system, are read past as where the scenario is read."""
    text = (ROOT / "reports" / "gpt3-2020.toml").read_text(encoding="utf-8")
    file = tmp_path / "own.toml"
    file.write_bytes((before + text.replace("\n", end)).encode())
    saved = inputs_file(cm.load(file, changes={"us-hyperscale.pue": 1.3}))
    assert (saved["name"], saved["set"]) == ("own-changed.toml", {"us-hyperscale.pue": "1.3"})
    again = tmp_path / saved["name"]
    again.write_text(saved["text"], encoding="utf-8")
    assert cm.load(again).scenario.title == cm.load("gpt3-2020").scenario.title
