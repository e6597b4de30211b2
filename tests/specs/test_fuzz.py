"""Arbitrary files: whatever they hold, they are read or refused with a SpecError."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.errors import SpecError
from costmodel.specs.kinds import KINDS
from costmodel.specs.locate import line_of, lines_of_keys
from costmodel.specs.published import read_published
from costmodel.specs.record import read_record
from tests.strategies import json_texts, spec_texts

many = settings(max_examples=100)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40)
@given(data=st.data())
def test_any_values_are_read_or_refused(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    """Right keys with arbitrary values raise nothing but a SpecError whose faults name the file."""
    file = tmp_path / "any.toml"
    file.write_text(data.draw(spec_texts(KINDS[kind])))
    _read(kind, file)


@many
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    """Files that are no text raise nothing but a SpecError."""
    file = tmp_path / "any.toml"
    file.write_bytes(content)
    _read("accelerator", file)


@many
@given(content=st.text("[]{}=\"'.,# \n\t\\abc019-_", max_size=200))
def test_any_text_is_read_or_refused(tmp_path: Path, content: str) -> None:
    """Texts of the characters of TOML raise nothing but a SpecError."""
    file = tmp_path / "any.toml"
    file.write_text(content)
    _read("scenario", file)


@many
@given(content=json_texts)
def test_any_published_config_is_read_or_refused(tmp_path: Path, content: str) -> None:
    """A config.json with arbitrary content raises nothing but a SpecError."""
    file = tmp_path / "config.json"
    file.write_text(content)
    faults = _faults(lambda: read_published(file))
    assert all(fault.startswith(f"{file}:") for fault in faults)


@many
@given(content=st.text("[]{}=\"'.,# \nab", max_size=100), path=st.text("ab.", max_size=8))
def test_lines_are_lines_of_the_text(content: str, path: str) -> None:
    """Whatever a text holds, the line of a key is one of its lines."""
    lines = lines_of_keys(content)
    assert 1 <= line_of(lines, path) <= max(len(content.splitlines()), 1)


def _read(kind: str, file: Path) -> None:
    faults = _faults(lambda: read_record(KINDS[kind], "any", file))
    assert all(fault.startswith(f"{file}:") for fault in faults)


def _faults(read: Callable[[], object]) -> tuple[str, ...]:
    try:
        read()
    except SpecError as error:
        return error.faults or ("a SpecError without a fault",)
    return ()
