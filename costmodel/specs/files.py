"""The one way in for files that a user names: regular ones of a bounded size, read as UTF-8."""

from __future__ import annotations

from pathlib import Path

from costmodel.errors import SpecError

LARGEST_TABLE = 32_000_000
"""Bytes of a table: a million requests of a trace take less."""


def check_file(file: Path, largest: int, usual: str) -> None:
    """Refuse a pipe, a device, a folder and a file that is larger than any of its kind, before it is read.

    `usual` says how large such a file is. Special case: a file that is not there is left to whoever opens it.
    """
    try:
        size = file.stat().st_size if file.is_file() else None
        there = file.exists()
    except (OSError, ValueError) as error:
        raise SpecError([f"{str(file)[:200]}: cannot be read: {error}"]) from None
    if not there:
        return
    if size is None:
        raise SpecError([f"{file}: is no regular file"])
    if size > largest:
        raise SpecError([f"{file}:1: the file is larger than {largest:,} bytes; {usual}"])


def refuse_special(file: Path) -> None:
    """Refuse a pipe, a device, a folder and a link to nothing by what it is: it is no name that is not known."""
    try:
        special = not file.is_file() and (file.is_symlink() or file.exists())
    except (OSError, ValueError) as error:
        raise SpecError([f"{str(file)[:200]}: cannot be read: {error}"]) from None
    if special:
        raise SpecError([f"{file}: is no regular file"])


def refuse_folder(error: OSError) -> None:
    """Refuse a folder that cannot be walked through: what lies in it would be left out in silence."""
    raise SpecError([f"{error.filename}: the folder cannot be read: {error.strerror}"])


def read_text(file: Path, largest: int, usual: str) -> str:
    """Return the text of a file, or a SpecError that says why it cannot be read."""
    check_file(file, largest, usual)
    try:
        with file.open("rb", buffering=0) as opened:
            return (opened.read(largest + 1) or b"").decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise SpecError([f"{file}:1: not UTF-8 text (byte {error.start}): save the file as UTF-8"]) from None
    except OSError as error:
        raise SpecError([f"{file}: cannot be read: {error.strerror}"]) from None
