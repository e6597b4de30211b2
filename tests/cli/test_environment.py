"""What surrounds a command: the encoding of its outputs, a full disk behind them, and a user who stops it."""

from __future__ import annotations

import errno
import io
import os
import sys

import pytest

import costmodel.__main__ as program
from costmodel import cli
from costmodel.errors import INTERRUPTED, USER_ERROR


def test_signs_that_an_output_lacks_are_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only ASCII is read, as in a pipe of an old system, a table comes out whole."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stdout", out)
    cli.main(["show", "h100-sxm5-80gb"])
    assert r"mm\xb2" in out.buffer.getvalue().decode("ascii")


def test_an_output_on_a_full_disk_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2 and a sentence."""

    def full(_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(sys.stdout, "write", full)
    with pytest.raises(SystemExit) as stop:
        cli.main(["list", "sites"])
    monkeypatch.undo()
    assert stop.value.code == USER_ERROR
    assert "output: No space left" in capsys.readouterr().err


def test_a_command_that_is_stopped_as_it_is_loaded_ends_as_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """No traceback, and the exit code of what a user stops."""

    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", stopped)
    with pytest.raises(SystemExit) as stop:
        program.main()
    assert stop.value.code == INTERRUPTED
