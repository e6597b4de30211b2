"""Waiting for changed files."""

from __future__ import annotations

from pathlib import Path

from costmodel.cli.watching import changes


def test_what_is_changed_made_or_removed_is_told(tmp_path: Path) -> None:
    """A file that grows, one that appears and one that goes each end the wait; other kinds of files do not."""
    file, other = tmp_path / "a.toml", tmp_path / "below" / "b.toml"
    file.write_text("a = 1")
    seen = changes([file, tmp_path], pause=0)
    assert next(seen) == []
    (tmp_path / "notes.txt").write_text("")
    file.write_text("a = 10")
    assert next(seen) == [file]
    other.parent.mkdir()
    other.write_text("")
    file.unlink()
    assert next(seen) == [file, other]
