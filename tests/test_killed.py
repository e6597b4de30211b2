"""Processes that are killed while they write, and disks that are full: every file is whole, as it was, or absent."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from costmodel.cli.main import main
from costmodel.writing import write_files
from tests.draws import random_of
from tests.shipped import ROOT

OLD = "# as it was\n"
CONFIG = str(ROOT / "tests" / "golden" / "published" / "gemma-2-9b.json")
CONSTANTS = ROOT / "costmodel" / "performance"


def page(out: Path) -> None:
    """Write a page and its index."""
    main(["report", "gpt3-2020", "--out", str(out)])


def coverage(out: Path) -> None:
    """Write a long page."""
    main(["coverage", "--out", str(out)])


def spec(out: Path) -> None:
    """Write a spec file and its source."""
    main(["import", "architecture", CONFIG, "--out", str(out), "--name", "own", "--source", "own"])


def found(out: Path) -> None:
    """Write the page of a search."""
    asked = "--model llama-3.1-8b --offer purchase/hgx-h100 --prompt 1000 --output 200 --precision fp8"
    main(["search", *asked.split(), "--html", str(out / "found.html")])


def regions(out: Path) -> None:
    """Write the page of a map."""
    over = "--over us-hyperscale.pue --over finance.real_discount_rate --points 2 --draws 1"
    main(["map", "gpt3-2020", *over.split(), "--html", str(out / "map.html")])


def own(out: Path) -> None:
    """Write a spec file to fill in, and the sources beside it."""
    main(["init", "accelerator", "own", "--out", str(out)])


def constants(out: Path) -> None:
    """Write the constants of the time model as a fit does: several files as one change."""
    write_files({out / file.name: file.read_text(encoding="utf-8") for file in sorted(CONSTANTS.glob("*.toml"))})


WORK: tuple[Callable[[Path], None], ...] = (page, coverage, spec, constants)
WRITERS = (*WORK, found, regions, own)
"""Every way in which files are written."""


@pytest.mark.slow
@pytest.mark.parametrize("work", WORK)
@pytest.mark.parametrize("at_the_write", [True, False])
def test_a_command_killed_at_any_moment_leaves_whole_files(
    tmp_path: Path, work: Callable[[Path], None], at_the_write: bool, seed: int
) -> None:
    """25 times each at the write itself (a part lies beside its place) and at random moments: 200 in all."""
    chance, wanted = random_of(seed, work.__name__), _wanted(work, tmp_path / "whole")
    over = _wanted(work, _begun(tmp_path / "over", wanted, old=True))
    start = time.monotonic()
    assert _killed(work, tmp_path / "timed", None) == 0
    longest, hits = time.monotonic() - start, 0
    for trial in range(2_000):
        out = _begun(tmp_path / str(trial), wanted, old=trial % 2 == 0)
        _killed(work, out, 0.0 if at_the_write else chance.uniform(0, longest), watched=at_the_write)
        hits += bool(list(out.rglob("*.part"))) or not at_the_write
        for name, text in wanted.items():
            file = out / name
            assert not file.exists() or file.read_text(encoding="utf-8") in {OLD, text, over[name]}
        if hits == 25:
            return
    pytest.fail(f"only {hits} were killed at the write")


@pytest.mark.parametrize("work", [spec, constants])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, work: Callable[[Path], None]) -> None:
    """Wherever the disk ends, the files are as they were or new, none is in parts, and one is named."""
    wanted = _wanted(work, tmp_path / "whole")
    largest = max(len(text.encode()) for text in wanted.values())
    for limit in (0, 1, largest // 2, largest - 1):
        out = _begun(tmp_path / str(limit), wanted, old=True)
        assert _killed(lambda folder: _told(work, folder, limit), out, None) == 0  # noqa: B023 - run at once
        assert not list(out.rglob("*.part"))
        assert [name for name in wanted if (out / name).read_text(encoding="utf-8") != OLD] == []


@pytest.mark.slow
@pytest.mark.parametrize("work", WRITERS)
def test_a_disk_that_is_really_full_leaves_what_was_there(tmp_path: Path, work: Callable[[Path], None]) -> None:
    """A disk of 64 kB, full but for a page of it: what was there stays, no part is left, the file is named."""
    wanted, disk = _wanted(work, tmp_path / "whole"), tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=False).returncode:
        pytest.skip("only the superuser mounts a disk")
    try:
        old = OLD if work is not own else ""  # which replaces nothing
        for name in wanted if old else ():
            _begun(disk, {name: ""}, old=True)
        with (disk / "full").open("wb", buffering=0) as full, contextlib.suppress(OSError):
            while True:
                full.write(b"x" * 4096)
        with _silent(), pytest.raises((SystemExit, OSError)) as stop:
            work(disk)
        assert getattr(stop.value, "code", 2) == 2
        kept = {str(one.relative_to(disk)): one.read_text() for one in disk.rglob("*") if one.is_file()}
        assert {name: text for name, text in kept.items() if name != "full"} == dict.fromkeys(
            wanted if old else (), OLD
        )
    finally:
        subprocess.run(["umount", disk], check=True)


def _begun(out: Path, wanted: dict[str, str], *, old: bool) -> Path:
    for name in wanted:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        if old:
            (out / name).write_text(OLD, encoding="utf-8")
    return out


def _wanted(work: Callable[[Path], None], out: Path) -> dict[str, str]:
    """Return the files of a command that nothing disturbs."""
    with _silent():
        work(out)
    return {str(file.relative_to(out)): file.read_text(encoding="utf-8") for file in out.rglob("*") if file.is_file()}


def _killed(work: Callable[[Path], None], out: Path, after: float | None, *, watched: bool = False) -> int:
    """Work in a process of its own, killed after so many seconds or as soon as it writes; return how it ended."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException), _silent():
            work(out)
            code = 0
        os._exit(code)
    if watched:
        while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and not list(
            out.rglob("*.part")
        ):
            time.sleep(1e-4)  # leaves the other its share of the processor
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _told(work: Callable[[Path], None], out: Path, limit: int) -> None:
    """Work where no file can be larger than a limit, and see that the mistake is told with a name of a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    with pytest.raises((SystemExit, OSError)) as stop:
        work(out)
    assert getattr(stop.value, "code", 2) == 2
    assert isinstance(stop.value, SystemExit) or stop.value.filename


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
