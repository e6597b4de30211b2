"""A day on the command line, written as in files: 2026-01-31."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from costmodel.specs.bounds import day_out_of_bounds


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
