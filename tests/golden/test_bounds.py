"""What each formula takes: from the lowest to the highest of the table, and nothing beyond.

After an intended change, write the table anew and review the diff:

    WRITE_GOLDEN=yes python -m pytest tests/golden/test_bounds.py
"""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

from costmodel.errors import FormulaError
from costmodel.formula import REGISTRY, Formula
from costmodel.units import quantity
from tests.draws import Arguments, arguments_of, random_of
from tests.shipped import FORMULAS

FILE = Path(__file__).parent / "bounds.csv"
HEAD = ("formula", "argument", "unit", "lowest", "highest")


def test_bounds_are_those_of_the_table(seed: object) -> None:
    """Both ends are taken, and the next numbers beyond them are refused; the table knows every bound there is."""
    if os.environ.get("WRITE_GOLDEN"):
        _write()
    with FILE.open(newline="") as file:
        rows = [(one["formula"], one["argument"], one["unit"], _ends(one)) for one in csv.DictReader(file)]
    declared = {(name, argument) for name in FORMULAS for argument in REGISTRY[name].bounds}
    assert {(name, argument) for name, argument, _, _ in rows} == declared
    drawn = {name: arguments_of(REGISTRY[name], random_of(seed, "bounds", name), 1) for name, _ in declared}
    wrong = [row for row in rows if not _exact(REGISTRY[row[0]], drawn[row[0]], *row[1:])]
    assert not wrong


def _exact(one: Formula, arguments: Arguments, name: str, unit: str, ends: tuple[float, float]) -> bool:
    low, high = ends
    beyond = [math.nextafter(low, -math.inf), math.nextafter(high, math.inf)]
    inside = all(_taken(one, arguments | {name: quantity(end, unit)}) for end in ends if math.isfinite(end))
    return inside and not any(_taken(one, arguments | {name: quantity(end, unit)}) for end in beyond if end < math.inf)


def _taken(one: Formula, arguments: Arguments) -> bool:
    try:
        one(**arguments)
    except FormulaError as error:
        return "it must be from" not in str(error)
    return True


def _ends(row: dict[str, str]) -> tuple[float, float]:
    return float(row["lowest"]), float(row["highest"])


def _write() -> None:
    with FILE.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(HEAD)
        for name in FORMULAS:
            one = REGISTRY[name]
            table.writerows((name, argument, one.inputs[argument], *ends) for argument, ends in one.bounds.items())
