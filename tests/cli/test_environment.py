"""What surrounds a command: the encoding of its outputs, a full disk behind them, and a user who stops it."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys

import pytest

import costmodel.__main__ as program
from costmodel import cli
from costmodel.errors import INTERRUPTED, USER_ERROR
from tests.shipped import ROOT


def full(_: object) -> int:
    """Fail as a write to a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_signs_that_an_output_lacks_are_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only ASCII is read, as in a pipe of an old system, a table comes out whole."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", out)
    cli.main(["show", "h100-sxm5-80gb"])
    assert r"mm\xb2" in out.buffer.getvalue().decode("ascii")


@pytest.mark.parametrize("given", [{}, {"COMP_WORDS": "costmodel", "COMP_CWORD": "x"}])
def test_a_shell_that_asks_amiss_is_told(
    given: dict[str, str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Completion without words, or at a place that is no number."""
    for name, value in {"_COSTMODEL_COMPLETE": "bash_complete", **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        cli.main([])
    assert stop.value.code == USER_ERROR
    assert "COMP_WORDS" in capsys.readouterr().err


def test_an_output_on_a_full_disk_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 and a sentence."""
    monkeypatch.setattr(sys.stdout, "write", full)
    with pytest.raises(SystemExit) as stop:
        cli.main(["list", "sites"])
    monkeypatch.undo()
    assert stop.value.code == USER_ERROR
    assert "output: No space left" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["--help", "list sites", "list sites --format csv"])
def test_nobody_reads_on_is_no_mistake(line: str) -> None:
    """A reader that has gone, as `head` has, ends the command without a word and with exit code 0."""
    read, written = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "costmodel", *line.split()],
        cwd=ROOT,
        stdout=written,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(written)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr


def test_a_mistake_is_one_also_where_it_cannot_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 where the output of errors is full."""
    monkeypatch.setattr(sys.stderr, "write", full)
    for line in ("show nothing", "list sites --nope", "list sites"):
        with pytest.raises(SystemExit) as stop:
            cli.main(line.split())
        assert stop.value.code == USER_ERROR


def test_a_command_that_is_stopped_as_it_is_loaded_ends_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, and the exit code of what a user stops."""

    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stopped)
    with pytest.raises(SystemExit) as stop:
        program.main()
    assert stop.value.code == INTERRUPTED
