"""One command in this process, watched: how it ended, what it took, and what it wrote."""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.doors.commands import Command
from tests.doors.things import put

LONGEST = 30
"""Seconds of processor time after which a command has no end."""

REFUSAL = 2.0
"""Seconds of processor time within which a mistake is told."""

MORE_MEMORY = 300_000
"""Kilobytes that one command may add to what this process, about 200 MB, holds."""

_NO_NUMBER = re.compile(r"(?<![\w./-])[+-]?(nan|inf|infinity|NaN|Infinity)(?![\w./-])")
"""What no table or page shows, unless a user has written it."""

_NAMED = ("out", "reports/out", "specs")
"""Folders that commands name, or that verbs write into by default."""


class NoEnd(BaseException):
    """A command that takes longer than anybody waits."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: object
    fault: str
    """What is wrong with it, or an empty text."""
    seconds: float


def ended(command: Command) -> Ended:
    """Run a command in a folder of its own and say how it ended."""
    with tempfile.TemporaryDirectory() as folder, _inside(Path(folder)) as home:
        for name, thing in command.files.items():
            put(home / name, thing)
        held, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
        code, said = _run(command)
        took, more = time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        return Ended(code, _judged(command, code, said, took, more) or _strayed(command, home), took)


def _run(command: Command) -> tuple[object, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _limited(), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            command.run()
        except SystemExit as stop:
            return stop.code or 0, out.getvalue() + err.getvalue()
        except BaseException as error:  # noqa: BLE001 - whatever gets out is what is looked for
            return repr(error)[:200], "".join(traceback.format_tb(error.__traceback__)[-3:])
    return 0, out.getvalue() + err.getvalue()


def _judged(command: Command, code: object, said: str, took: float, more: int) -> str:
    """Return what is wrong with how a command ended, or an empty text."""
    warned, given = code == 1 and "--strict" in command.words, f"{command.words} {command.files}"
    faults = {
        f"ended with {code}\n{said}": code not in {0, 2} and not warned,
        f"refused after {took:.1f} s: {said[-200:]}": code == 2 and took > REFUSAL,
        f"took {more / 1000:.0f} MB more": more > MORE_MEMORY,
        f"raw signs come out: {said[-200:]!r}": any(sign in said for sign in "\x1b\u202e"),
        f"shows what is no number: {said[-2_000:]}": type(command) is Command
        and code == 0
        and bool(_NO_NUMBER.search(said))
        and not _NO_NUMBER.search(given),
        "refused without a word": code == 2 and not said.strip(),
    }
    return next((fault for fault, found in faults.items() if found), "")


def _strayed(command: Command, home: Path) -> str:
    """Say which file was written outside the folders and files that the command names."""
    named = {str(home / one) for one in (*command.files, *_NAMED)}
    named |= {
        os.path.normpath(home / word.partition("=")[2] if word.startswith("--") else home / word)
        for word in command.words
    }
    for file in home.parent.rglob("*"):
        if file.is_file() and not any(str(file) == one or str(file).startswith(f"{one}/") for one in named):
            return f"wrote {file.relative_to(home.parent)}"
    return ""


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[Path]:
    """Work in a folder of a folder, so that what is written beside it is seen."""
    home, before = folder.resolve() / "a" / "b", Path.cwd()
    home.mkdir(parents=True)
    os.chdir(home)
    try:
        yield home
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Let a command that has no end fail."""

    def stop(*_: object) -> None:
        raise NoEnd

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
