"""Pages of scenarios side by side in processes: each opens a scenario once, for its page and for the claims on it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from costmodel.analysis.changes import pairs
from costmodel.analysis.claims import Checker
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.claim import load_claims
from costmodel.errors import CostModelError
from costmodel.report.charts.data import unchecked
from costmodel.report.claims_page import claim_row, page_of_claims
from costmodel.report.content import ClaimRow
from costmodel.report.runs_page import runs_page
from costmodel.report.scenario_page import page_of
from costmodel.report.write import Sheet, Style, sheet_of
from costmodel.specs.catalog import Catalog
from costmodel.specs.runs import runs_file

CLAIMS = "claims"
"""What the page of claims goes by."""

YOUNG = 1_000_000
"""New objects after which Python looks for cycles while a page is made."""

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What pages are asked for: of which specs, with which inputs set, and whether with the page of claims."""

    names: tuple[str, ...]
    specs: tuple[Path, ...] = ()
    settings: tuple[str, ...] = ()
    claims: bool = False
    style: Style = Style()  # noqa: RUF009 - frozen


@dataclass(frozen=True)
class Made:
    """What came of a scenario: its page and the rows of the claims on it, or why there is none."""

    name: str
    sheet: Sheet | None = None
    fault: str = ""
    rows: tuple[ClaimRow, ...] = ()
    rows_fault: str = ""


def build(order: Order, workers: int = 0, done: Callable[[Made], None] = lambda _: None) -> list[Made]:
    """Return what came of each scenario in the order asked for, and of the claims last; `done` hears of each at once.

    As many processes work as there are processors, if `workers` gives no number; for one page, none beside this one.
    """
    found = []
    for one in _made(order, workers):
        done(one)
        found.append(one)
    return [*found[: len(order.names)], _claims(order, found)] if order.claims else found


def _made(order: Order, workers: int) -> Iterator[Made]:
    names = [*order.names, *([CLAIMS] if order.claims else [])]
    count = min(workers or os.cpu_count() or 1, len(names))
    if count == 1:
        yield from map(partial(make, order), names)
        return
    with ProcessPoolExecutor(count, get_context("spawn")) as pool:
        yield from pool.map(partial(make, order), names)


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Look for cycles less often: a page makes hundreds of thousands of objects that stay until it is made."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


@_rare_collection()
def make(order: Order, name: str) -> Made:
    """Return the page of a scenario, and the claims that are compared with it; of `claims`, all other claims."""
    studies: dict[tuple[str, ...], Study] = {}
    sheet, fault = (None, "") if name == CLAIMS else _or_fault(lambda: _sheet(order, name, studies))
    if order.settings:  # claims are compared with scenarios as they are
        studies.clear()
    rows, rows_fault = _or_fault(lambda: _rows(order, name, studies)) if order.claims else (None, "")
    return Made(name, sheet, fault, rows or (), rows_fault)


def _or_fault(make_it: Callable[[], T]) -> tuple[T | None, str]:
    """Return what is made, or why it is not: the pages beside it are made all the same."""
    try:
        return make_it(), ""
    except CostModelError as error:
        return None, str(error)


def _sheet(order: Order, name: str, studies: dict[tuple[str, ...], Study]) -> Sheet:
    if (file := runs_file(name)) is not None:
        return sheet_of(runs_page(file, order.specs, pairs(order.settings)), order.style)
    study = load(name, specs=order.specs, changes=pairs(order.settings))
    studies[name,] = study
    with unchecked():
        return sheet_of(page_of(study), order.style)


def _rows(order: Order, name: str, studies: dict[tuple[str, ...], Study]) -> tuple[ClaimRow, ...]:
    catalog = Catalog(order.specs)
    checker = Checker(catalog, studies)
    mine = [one for one in load_claims(catalog) if (one.scenario if one.scenario in order.names else CLAIMS) == name]
    return tuple(claim_row(catalog, checker.check(one)) for one in mine)


def _claims(order: Order, found: Sequence[Made]) -> Made:
    """Return the page of all claims in the order of their file; without one of them it would say something else."""
    faults = dict.fromkeys(one.rows_fault for one in found if one.rows_fault)
    if faults:
        return Made(CLAIMS, fault="\n".join(faults))
    rows = {row.id: row for one in found for row in one.rows}
    ordered = [rows[claim.id] for claim in load_claims(Catalog(order.specs))]
    return Made(CLAIMS, sheet_of(page_of_claims(ordered), order.style))
