"""Texts on their way out: nothing steers the terminal, nothing runs in a spreadsheet."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.texts import cell, visible

PACKAGE = Path(__file__).resolve().parents[1] / "costmodel"
_DOORS = {PACKAGE / "cli" / name for name in ("shared.py", "main.py", "check.py")} | {
    PACKAGE / "calibration" / "fit" / "training.py"
}
_PRINTERS = {"click.echo", "click.secho", "print", "sys.stdout.write", "sys.stderr.write", "os.write", "Console"}
"""Where texts are printed: the way out itself, errors and warnings in colour, numbers of a refit by hand."""


@given(st.text())
def test_what_comes_out_can_be_seen(text: str) -> None:
    """No control or format character is left but the new line, and a text without any is the same."""
    found = visible(text)
    assert not [
        sign for sign in found if sign != "\n" and category(sign)[0] == "C" and category(sign) not in {"Cn", "Co"}
    ]
    assert visible(found) == found


@given(st.text())
def test_json_reads_the_codes_back(text: str) -> None:
    """A text in JSON means the same after its characters are shown as codes."""
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize("text", ["=1+2", "+cmd", "-cmd|'/c'!A0", "@sum", "\tx", "\rx", "-", "+1\t"])
def test_a_spreadsheet_runs_no_text(text: str) -> None:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    assert str(cell(text)).startswith("'")


@pytest.mark.parametrize("value", [-1.5, 3, None, "-1.5", "+2e3", "h100", ""])
def test_numbers_and_plain_texts_stay(value: object) -> None:
    """A number is no formula, also where it is written as a text."""
    assert cell(value) == value


def test_texts_go_out_by_the_one_way() -> None:
    """No module prints beside `say`, `note`, `print_table`, `print_csv` and `print_json`."""
    for file in {*PACKAGE.rglob("*.py")} - _DOORS:
        calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
        assert not {ast.unparse(call) for call in calls} & _PRINTERS, file
