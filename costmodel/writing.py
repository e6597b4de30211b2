"""The one way to write files: whole, as they were, or absent; several as one change."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from hashlib import blake2b
from pathlib import Path
from platform import node
from tempfile import TemporaryFile

from costmodel.errors import CostModelError


def write_file(file: Path, text: str) -> Path:
    """Write a text in UTF-8 and return its file, whose folder is made where it is missing.

    Errors: CostModelError where something stands in the way that is no regular file; OSError with the name of the file
    where the disk is full or the folder cannot be written. Special case: a link is replaced, never followed.
    """
    write_files({file: text})
    return file


def write_files(texts: Mapping[Path, str | bytes]) -> None:
    """Write several files as one change: none is replaced before all lie on the disk beside their places."""
    for file in texts:
        _check_place(file)
    parts = {file: file.parent / f".{_mark(file)}-{os.getpid()}-{secrets.token_hex(8)}.part" for file in texts}
    try:
        for file, part in parts.items():
            with _naming(file):
                _sweep(file)
                _on_disk(part, texts[file])
        for file, part in parts.items():
            with _naming(file):
                part.replace(file)
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def check_place(file: Path, named: Path | None = None) -> None:
    """Refuse a place where no file can be written, before hours of work are for nothing; nothing is left there.

    Errors: those of `write_file`, with the name that the user gave, where that is another one.
    """
    with _naming(named or file):
        _check_place(file)
        beside = next(one for one in file.absolute().parents if one.exists())
        TemporaryFile(dir=beside).close()


def today() -> date:
    """Return the date in UTC, so that the same inputs give the same bytes in every time zone."""
    return datetime.now(UTC).date()


def _check_place(file: Path) -> None:
    """Refuse a folder, a pipe or a device, also behind a link."""
    if file.exists() and not file.is_file():
        msg = f"{file}: is no regular file and cannot be replaced by one; name another file"
        raise CostModelError(msg)


def _mark(file: Path) -> str:
    """Return what parts of a file begin with: short where its name is long, and another one on each machine."""
    return blake2b(f"{node()} {file.name}".encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _sweep(file: Path) -> None:
    """Remove the parts of a file that writers left which were killed; those that still run keep theirs."""
    for part in file.parent.glob(f".{_mark(file)}-*.part"):
        writer = part.name.split("-")[1]
        if writer.isdecimal() and not _runs(int(writer)):
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Return whether a process runs; all are taken to where that cannot be asked without harm."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _on_disk(part: Path, text: str | bytes) -> None:
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("xb") as opened:
        opened.write(text.encode() if isinstance(text, str) else text)
        opened.flush()
        os.fsync(opened.fileno())


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Let errors name the file that the user asked for, not the one beside it."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(file)) from error
