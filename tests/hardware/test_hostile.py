"""Hostile and broken files: each ends with a clear error, exit code 2, within a second and without a traceback."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, run
from tests.shipped import HARDWARE

__all__ = ["run"]

Write = Callable[[str, str | bytes], Path]
GOOD = (HARDWARE / "accelerators/nvidia/h100-sxm5-80gb.toml").read_text()
BANDWIDTH = 'bandwidth = { value = "3.35 TB/s"'
POWER = 'power = { value = "700 W/accelerator"'


def changed(old: str, new: str) -> str:
    """Return a good file with one thing broken."""
    assert old in GOOD
    return GOOD.replace(old, new)


CASES: dict[str, tuple[str | bytes, str]] = {
    "yaml": ("name: My chip\nmaker: Us\npower: 700 W\n", "looks like YAML"),
    "json": ('{"name": "My chip"}', "not valid TOML"),
    "ten megabytes in a value": (f'name = "{"x" * 10_000_000}"\n', "larger than"),
    "a value of many characters": (changed('maker = "NVIDIA"', f'maker = "{"x" * 100_000}"'), "characters long"),
    "deep nesting of tables": (f"[{'a.' * 5000}b]\nx = 1\n", "nested too deeply"),
    "deep nesting of lists": (f"x = {'[' * 5000}{']' * 5000}\n", "nested too deeply"),
    "latin-1": ("name = 'Müller'".encode("latin-1"), "not UTF-8"),
    "utf-16": ("name = 'x'".encode("utf-16"), "not UTF-8"),
    "zero bytes": (b"name = '\x00'\n", "not valid TOML"),
    "infinite unit": (changed("700 W/accelerator", "1e400 W/accelerator"), "not a finite number"),
    "power tower": (changed("700 W/accelerator", "9**9**9**9 W"), "not one number and a unit"),
    "unit bomb": (changed("700 W/accelerator", f"1 {'W*' * 5000}W"), "characters long"),
    "expression": (changed("700 W/accelerator", "__import__('os').getcwd()"), "does not start with a finite number"),
    "not a number": (changed("700 W/accelerator", "nan W/accelerator"), "does not start with a finite number"),
    "decimal comma": (changed("3.35 TB/s", "3,35 TB/s"), "decimal point"),
    "wrong dimension": (changed("3.35 TB/s", "3.35 TB"), "it must be a data rate"),
    "duplicate key": (changed('maker = "NVIDIA"', 'maker = "NVIDIA"\nmaker = "NVIDIA"'), "overwrite"),
    "naked number": (changed(BANDWIDTH, 'bandwidth = "3.35 TB/s" #'), "has no source"),
    "source that does not exist": (changed('"epoch-chip-dataset" }', '"../../etc/passwd" }'), "No source"),
    "reference out of the folder": (changed('process = { value = "n4"', 'process = { value = "../n4"'), "No process"),
    "reference to itself": (changed('process = { value = "n4"', 'process = { value = "chip"'), "No process"),
    "negative": (changed("700 W/accelerator", "-700 W/accelerator"), "is negative"),
    "huge integer": (changed("{ value = 132,", "{ value = 0x" + "f" * 5000 + ","), "bits"),
    "sparse peak as dense": (
        changed('"1979 TFLOP/s", source = "ml', '"3958 TFLOP/s", source = "ml'),
        "looks like a rate with sparsity",
    ),
    "empty": ("", "is missing"),
}


@pytest.mark.parametrize("case", CASES)
def test_broken_file_is_refused_with_a_reason(run: Callable[..., Ran], write: Write, tmp_path: Path, case: str) -> None:
    """The error names the file and what is wrong."""
    content, said = CASES[case]
    file = write("accelerators/us/chip.toml", content)
    start = time.process_time()
    ran = run("check", str(file), "--specs", str(tmp_path))
    assert time.process_time() - start < 1
    assert ran.code == 2
    assert said in ran.err
    assert str(file) in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err) < 20_000


def test_cycle_of_folders_ends(run: Callable[..., Ran], write: Write, tmp_path: Path) -> None:
    """A link to a folder above is not followed for ever."""
    write("accelerators/us/chip.toml", GOOD)
    (tmp_path / "accelerators/us/again").symlink_to(tmp_path / "accelerators", target_is_directory=True)
    assert run("check", "--specs", str(tmp_path)).code == 0


def test_file_name_that_is_no_id_is_refused(run: Callable[..., Ran], write: Write, tmp_path: Path) -> None:
    """An id with a space or capitals is refused where the file lies."""
    file = write("accelerators/us/My Chip.toml", GOOD)
    ran = run("list", "accelerators", "--specs", str(tmp_path))
    assert ran.code == 2
    assert str(file) in ran.err


@pytest.mark.parametrize("name", ["../chip", "a/../../chip", "/etc/chip", "UP", "a b", "", "a/b/c", "chip\n"])
def test_names_that_leave_the_folder_are_refused(run: Callable[..., Ran], tmp_path: Path, name: str) -> None:
    """`init` writes nowhere but in its folder."""
    ran = run("init", "accelerator", name, "--out", str(tmp_path / "own"))
    assert ran.code == 2
    assert "cannot be an id" in ran.err
    assert not list(tmp_path.rglob("*.toml"))
