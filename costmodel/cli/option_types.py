"""Types of options that several verbs have: finite numbers, lists, days, and places to write to."""

from __future__ import annotations

from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import click

from costmodel.errors import CostModelError
from costmodel.specs.bounds import day_out_of_bounds
from costmodel.writing import check_place


class Finite(click.FloatRange):
    """A range of numbers without those that are none, or without end."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or say what is wrong with it."""
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


class NewFile(click.Path):
    """A file that an answer is written to; a place where none can be written is refused before there is an answer."""

    def __init__(self) -> None:
        """Take paths, not of folders."""
        super().__init__(path_type=Path, dir_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        file = Path(str(super().convert(value, param, ctx)))
        check_place(file)
        return file


class NewFolder(click.Path):
    """A folder that files are written into, which is made where it is missing."""

    def __init__(self) -> None:
        """Take paths, not of files."""
        super().__init__(path_type=Path, file_okay=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        folder = Path(str(super().convert(value, param, ctx)))
        check_place(folder / "file", folder)
        return folder


class DayType(click.ParamType):  # type: ignore[type-arg]
    """The type of an option that takes a day, within the bounds that files have."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or say what is wrong with it."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f'"{value}" is no day such as 2026-01-31.', param, ctx)
        if wrong := day_out_of_bounds(day):
            self.fail(f"{wrong}.", param, ctx)
        return day


def words_in(text: str | None) -> list[str]:
    """Return what stands between the commas of an option; nothing, if it is not given."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def numbers_in(text: str | None, option: str) -> list[float]:
    """Return the numbers between the commas of an option, or an error that names it."""
    try:
        return [float(part) for part in words_in(text)]
    except ValueError:
        msg = f"{option} must be numbers with commas between them, such as 1,2,4; not {text}"
        raise CostModelError(msg) from None
