"""Files are whole, as they were, or absent, and errors name them."""

from __future__ import annotations

import ast
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from costmodel.errors import CostModelError
from costmodel.writing import _mark as mark
from costmodel.writing import check_place, today, write_file, write_files

PACKAGE = Path(__file__).resolve().parents[1] / "costmodel"
_WRITERS = {"write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "to_csv", "savefig"}

_FOR_EVER = """
import sys
from pathlib import Path
from costmodel.writing import write_file
print("ready", flush=True)
while True:
    write_file(Path(sys.argv[1]), "ab"[int(sys.argv[2])] * 300_000)
    sys.argv[2] = 1 - int(sys.argv[2])
"""


def full_disk(_: int) -> None:
    """Fail as a write to a full disk does: with no name."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_link_is_replaced_and_never_followed(tmp_path: Path) -> None:
    """What a link points to stays as it was."""
    (tmp_path / "kept.txt").write_text("kept")
    (tmp_path / "page.html").symlink_to(tmp_path / "kept.txt")
    write_file(tmp_path / "page.html", "new")
    assert (tmp_path / "kept.txt").read_text() == "kept"
    assert not (tmp_path / "page.html").is_symlink()
    assert (tmp_path / "page.html").read_text() == "new"


def test_a_full_disk_leaves_all_files_as_they_were_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of two files is touched when the second does not fit, no part is left, and the error has the name."""
    first, second = tmp_path / "a.toml", tmp_path / "b.toml"
    first.write_text("old")
    steps: Iterator[Callable[[int], None]] = iter([os.fsync, full_disk])

    def step(handle: int) -> None:
        next(steps)(handle)

    monkeypatch.setattr(os, "fsync", step)
    with pytest.raises(OSError, match="cannot be written") as caught:
        write_files({first: "new", second: "new"})
    assert caught.value.filename == str(second)
    assert first.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["a.toml"]


def test_what_a_killed_writer_left_goes_at_the_next_write(tmp_path: Path) -> None:
    """Parts of the same file whose process has ended are removed; those of one that runs, and of other files, stay."""
    file, ended = tmp_path / "page.html", subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = {name: tmp_path / f".{mark(file.with_name(name))}-{ended.pid}-0.part" for name in ("page.html", "other")}
    kept = {left["other"], tmp_path / f".{mark(file)}-{os.getpid()}-0.part", tmp_path / f".{mark(file)}-x-0.part"}
    for part in {*left.values(), *kept}:
        part.write_text("half")
    write_file(file, "new")
    assert set(tmp_path.iterdir()) == {file, *kept}


def test_a_pipe_a_device_and_a_folder_are_refused(tmp_path: Path) -> None:
    """What is no regular file is not replaced by one, behind a link neither."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for place in (tmp_path / "pipe", tmp_path / "link", tmp_path):
        with pytest.raises(CostModelError, match="no regular file"):
            write_file(place, "text")
    assert (tmp_path / "link").is_symlink()


def test_a_new_file_can_be_read_by_all_whom_the_mask_allows(tmp_path: Path) -> None:
    """A file gets the rights of any other new file, not those of a private temporary one."""
    (tmp_path / "other").write_text("")
    assert write_file(tmp_path / "page", "x").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    """Whenever the process is killed, its file holds one of the two texts, whole."""
    file = tmp_path / "page.html"
    write_file(file, "b" * 300_000)
    for moment in range(8):
        command = [sys.executable, "-c", _FOR_EVER, str(file), "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=PACKAGE.parent) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.003 * moment)
            process.send_signal(signal.SIGKILL)
        text = file.read_text()
        assert len(text) == 300_000
        assert len(set(text)) == 1


def test_dates_are_those_of_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two time zones a day apart give one date."""
    found = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        found.add(today())
    monkeypatch.undo()
    time.tzset()
    assert len(found) == 1


def test_nothing_is_written_beside_the_one_way() -> None:
    """No module but `writing` writes a file, or asks for the local date."""
    others = [file for file in PACKAGE.rglob("*.py") if file.name != "writing.py"]
    assert {file: found for file in others if (found := _written(file))} == {}


def _written(file: Path) -> set[str]:
    """Return what a module does that `writing` alone may."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    methods = [(node, node.func.attr) for node in calls if isinstance(node.func, ast.Attribute)]
    own = {name for node, name in methods if name in _WRITERS and (name != "to_csv" or _has_target(node))}
    local = {ast.unparse(node) for node, name in methods if ast.unparse(node.func) in {"date.today", "datetime.now"}}
    opened = [node for node in calls if ast.unparse(node.func).rpartition(".")[2] in {"open", "fdopen"}]
    return own | local | {mode for node in opened for mode in _modes(node) if set(mode) & set("wax+")}


def _modes(call: ast.Call) -> list[str]:
    """Return the texts with which a file is opened that may be its mode."""
    given = [*call.args, *(one.value for one in call.keywords if one.arg == "mode")]
    texts = [one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return [text for text in texts if set(text) <= set("rwaxbt+")]


def _has_target(call: ast.Call) -> bool:
    """Tell whether a table is written to a file instead of returned as text."""
    return bool(call.args)


@pytest.mark.parametrize("place", ["taken/x", "folder", "new/pipe/x", "pipe"])
def test_a_place_where_nothing_can_be_written_is_told_before(tmp_path: Path, place: str) -> None:
    """A file or a pipe in the way, or a folder in place of the file, is refused by name; nothing is left behind."""
    (tmp_path / "taken").write_text("")
    (tmp_path / "folder").mkdir()
    (tmp_path / "new").mkdir()
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "new" / "pipe")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises((CostModelError, OSError), match=place):
        check_place(tmp_path / place)
    with pytest.raises(OSError, match="cannot be written") as told:
        check_place(tmp_path / "taken" / "file", tmp_path / "taken")
    assert told.value.filename == str(tmp_path / "taken")
    check_place(tmp_path / "new" / "deep" / "x")
    assert sorted(tmp_path.rglob("*")) == before
