"""What users pay, how their usage differs, and what a product costs beside compute."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from math import fsum, isfinite
from pathlib import Path
from typing import Any, TypeVar

from costmodel.domain.noun import Noun
from costmodel.errors import MissingData, SpecError
from costmodel.specs.fact import Fact
from costmodel.specs.record import Record
from costmodel.units import Quantity

ROUNDING = 1e-6
"""Shares that are written with six digits add up to one within it."""

LARGEST_SAMPLE = 1_000_000
"""Rows of a sample that are read: as many users tell what a distribution is."""

_FINE = (*(i / 20 for i in range(18)), *(0.9 + i / 100 for i in range(9)), *(0.99 + i / 1000 for i in range(10)), 1.0)
"""Shares of users at which a long sample is cut into classes: twentieths, then hundredths, then thousandths."""


@dataclass(frozen=True, kw_only=True)
class Part(Noun):
    """A table of the scenario's own file, by whose keys its leaves go."""

    def leaf_name(self, name: str) -> str:
        """Return the key in the file; below its id where no file gave it."""
        return self.facts[name].key if name in self.facts else f"{self.id}.{name}"


@dataclass(frozen=True, kw_only=True)
class Plan(Part):
    """What one user pays, and for how much."""

    price: Quantity | None = None
    share: Quantity | None = None
    """Of the users; None where all have the plan."""
    discount: Quantity | None = None
    active_share: Quantity | None = None
    cap: Quantity | None = None
    included: Quantity | None = None
    prompt_token_price: Quantity | None = None
    output_token_price: Quantity | None = None

    @property
    def is_metered(self) -> bool:
        """Whether tokens are billed."""
        return self.prompt_token_price is not None or self.output_token_price is not None


@dataclass(frozen=True, kw_only=True)
class Usage(Part):
    """How usage differs between users, relative to its mean."""

    distribution: str
    spread: Quantity | None = None
    tail: Quantity | None = None
    classes: tuple[tuple[float, float], ...] = ()
    """Of a sample, least usage first: the share of users, and their usage over the mean."""


@dataclass(frozen=True, kw_only=True)
class Region(Part):
    """Users of one time zone."""

    share: Quantity
    hours_east: float = 0.0
    """Of UTC; no leaf of the model, as nothing smooth follows from it."""


@dataclass(frozen=True, kw_only=True)
class Load(Part):
    """How the load swings over day and week, and over which regions."""

    day: Quantity
    week: Quantity | None = None
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FurtherCost(Part):
    """A cost beside compute."""

    counted_in: str = "gross margin"
    amount: Quantity | None = None
    growth: Quantity | None = None
    per_user: Quantity | None = None
    revenue_share: Quantity | None = None


@dataclass(frozen=True, kw_only=True)
class Accounts(Part):
    """The year of a company beside what its compute and further costs take."""

    revenue: Quantity
    revenue_growth: Quantity | None = None
    compute_growth: Quantity | None = None
    reported_cost: Quantity | None = None


def accounts_from(record: Record) -> Accounts | None:
    """Return the accounts of a scenario's file; None where it has none."""
    if not any(key.startswith("accounts.") for key in record.facts):
        return None
    if "accounts.revenue" not in record.facts:
        msg = f"{record.place('accounts')}: accounts.revenue: is missing: the revenue of the year"
        raise MissingData(msg)
    return _part(Accounts, record, "accounts", "accounts")


def plans_from(record: Record) -> tuple[Plan, ...]:
    """Return the plans of a scenario: that of its table `plan`, or those of `plans`, whose shares must sum to one."""
    single = {key: fact for key, fact in record.facts.items() if key.startswith("plan.")}
    several = record.values.get("plans")
    if single and several is not None:
        raise SpecError([f"{record.place('plans')}: plans: the file has a plan too; write it as one of [plans.*]"])
    if several is None:
        plans = tuple(_part(Plan, record, name, name) for name in ("plan",) if single)
    else:
        plans = tuple(_part(Plan, record, name, f"plans.{name}") for name in several)
        _check_shares(record, plans)
    _check_plans(record, plans)
    return plans


def _check_shares(record: Record, plans: tuple[Plan, ...]) -> None:
    lacking = [f"plans.{one.name}.share" for one in plans if one.share is None]
    if lacking or not plans:
        named = ", ".join(lacking) or "at least one plan"
        msg = f"{record.place('plans')}: plans: {named} is missing: the share of the users that have the plan"
        raise MissingData(msg)
    _check_sum(record, "plans", {one.name: one.need("share") for one in plans})


def _check_plans(record: Record, plans: tuple[Plan, ...]) -> None:
    for one in plans:
        table = "plan" if one.share is None else f"plans.{one.name}"
        if one.price is None and not one.is_metered:
            other = f'{table}.output_token_price; a free tier has a price of "0 USD/user/month"'
            msg = f"{record.place(table)}: {table}: gives no price: write {table}.price or {other}"
            raise MissingData(msg)
        if one.included is not None and not one.is_metered:
            msg = f"{record.place(f'{table}.included')}: {table}.included: bills nothing beyond it: add a token price"
            raise MissingData(msg)


def load_from(record: Record) -> Load | None:
    """Return how the load of a scenario swings; None where its file gives the peak itself."""
    regions = record.values.get("regions", {})
    given = [key for key in record.facts if key.startswith(("load.", "regions."))]
    if "load.day" not in record.facts:
        if given:
            msg = f"{record.place(given[0])}: {given[0]}: means nothing without load.day"
            raise MissingData(msg)
        return None
    if "demand.peak_to_mean" in record.facts:
        raise SpecError([f"{record.place('load.day')}: load.day: the file gives demand.peak_to_mean too; keep one"])
    lacking = [f"regions.{name}.share" for name in regions if f"regions.{name}.share" not in record.facts]
    if lacking:
        msg = f"{record.place('regions')}: {', '.join(lacking)}: is missing: the share of the users that live there"
        raise MissingData(msg)
    if regions:
        _check_sum(record, "regions", {name: record.facts[f"regions.{name}.share"].value for name in regions})
    east = {name: float(record.facts[f"regions.{name}.time_zone"].value.to("hour").magnitude) for name in regions}
    parts = tuple(_part(Region, record, name, f"regions.{name}", hours_east=east[name]) for name in regions)
    return _part(Load, record, "load", "load", regions=parts)


def _check_sum(record: Record, table: str, shares: Mapping[str, Quantity]) -> None:
    """Refuse shares of the parts of a whole that do not sum to one, at the last of them."""
    numbers = {name: float(share.to("").magnitude) for name, share in shares.items()}
    total = fsum(numbers.values())
    if abs(total - 1) > ROUNDING:
        last = f"{table}.{[*numbers][-1]}.share"
        said = f"the shares of the {table} are {' + '.join(f'{one:g}' for one in numbers.values())} = {total:g}"
        raise SpecError([f"{record.place(last)}: {last}: {said}; they must add up to 1"])


def further_costs_from(record: Record) -> tuple[FurtherCost, ...]:
    """Return the costs of a scenario beside compute."""
    found = []
    for name, texts in record.values.get("costs", {}).items():
        one = _part(FurtherCost, record, name, f"costs.{name}", **texts)
        if one.amount is None and one.per_user is None and one.revenue_share is None:
            where = record.place(f"costs.{name}")
            msg = f"{where}: costs.{name}: gives no amount: write amount, per_user or revenue_share"
            raise MissingData(msg)
        found.append(one)
    return tuple(found)


def usage_from(record: Record) -> Usage | None:
    """Return how the usage of a scenario's users differs; None where they are alike."""
    kind = record.values.get("usage.distribution")
    given = [key for key in (*record.facts, *record.values) if key.startswith("usage.")]
    if kind is None:
        if given:
            msg = f"{record.place(given[0])}: {given[0]}: means nothing without usage.distribution"
            raise MissingData(msg)
        return None
    needed = {"lognormal": "usage.spread", "gamma": "usage.spread", "pareto": "usage.tail", "sample": "usage.sample"}
    if needed[kind] not in given:
        where = record.place("usage.distribution")
        msg = f"{where}: usage.distribution: a {kind} distribution needs {needed[kind]}"
        raise MissingData(msg)
    spare = [key for key in given if key not in ("usage.distribution", needed[kind])]
    if spare:
        raise SpecError([f"{record.place(spare[0])}: {spare[0]}: means nothing for a {kind} distribution"])
    classes = sample_classes(record.file.parent / record.values["usage.sample"]) if kind == "sample" else ()
    return _part(Usage, record, "usage", "usage", distribution=kind, classes=classes)


P = TypeVar("P", bound=Part)


def _part(cls: type[P], record: Record, name: str, table: str, **texts: Any) -> P:
    """Return a noun of the facts of a table."""
    names = {one.name for one in fields(cls)}
    below = {key: fact for key, fact in record.facts.items() if key.rpartition(".")[0] == table}
    facts: dict[str, Fact] = {key.rpartition(".")[2]: fact for key, fact in below.items()}
    values: Mapping[str, Any] = {key: fact.value for key, fact in facts.items()} | texts
    given = {key: value for key, value in values.items() if key in names}
    return cls(id=f"{record.id}/{table}", name=name, facts=facts, place=str(record.file), **given)


def sample_classes(file: Path) -> tuple[tuple[float, float], ...]:
    """Return the classes of a sample of users, least usage first: share of users, and usage over the mean.

    A long sample is cut at fixed shares of its users; each class has the mean usage of its own.

    Raises
    ------
    SpecError
        With file and line: a usage that is no number or negative, shares that do not sum to one.
    """
    rows = sorted(_sample_rows(file), key=lambda row: row[1])
    mean = fsum(share * usage for share, usage in rows)
    if not mean > 0:
        raise SpecError([f"{file}:1: usage: nobody uses anything: at least one usage must be above 0"])
    relative = [(share, usage / mean) for share, usage in rows]
    return tuple(relative if len(relative) < len(_FINE) else _cut(relative))


def _sample_rows(file: Path) -> list[tuple[float, float]]:
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            table = csv.DictReader(opened)
            heads = table.fieldnames or []
            if "usage" not in heads:
                raise SpecError([f"{file}:1: has no column usage; it has: {', '.join(heads) or 'none'}"])
            rows = [(table.line_num, row) for _, row in zip(range(LARGEST_SAMPLE + 1), table, strict=False)]
    except (OSError, UnicodeDecodeError) as error:
        raise SpecError([f"{file}: cannot be read: {error}"]) from None
    if not rows or len(rows) > LARGEST_SAMPLE:
        raise SpecError([f"{file}:1: has {'no' if not rows else 'too many'} rows; 1 to {LARGEST_SAMPLE} are read"])
    usages = [_number(file, line, "usage", row.get("usage")) for line, row in rows]
    if "share" not in heads:
        return [(1 / len(usages), usage) for usage in usages]
    shares = [_number(file, line, "share", row.get("share")) for line, row in rows]
    if abs(fsum(shares) - 1) > ROUNDING:
        raise SpecError([f"{file}:{rows[-1][0]}: share: the shares add up to {fsum(shares):g}; they must add up to 1"])
    return list(zip(shares, usages, strict=True))


def _number(file: Path, line: int, column: str, text: object) -> float:
    try:
        number = float(str(text))
    except ValueError:
        number = float("nan")
    if not isfinite(number) or number < 0:
        wrong = "is negative" if number < 0 else "is no number"
        raise SpecError([f"{file}:{line}: {column}: {str(text)[:40]!r} {wrong}; it must be 0 or more"])
    return number


def _cut(rows: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Yield the classes of sorted rows between fixed shares of users; a row across an edge is split."""
    edges = iter(_FINE[1:])
    edge, done, share, used = next(edges), 0.0, 0.0, 0.0
    for part, usage in rows:
        rest = part
        while done + rest > edge + ROUNDING**2 and edge < 1:
            take = max(edge - done, 0.0)
            if share + take > 0:
                yield share + take, (used + take * usage) / (share + take)
            done, rest, share, used, edge = done + take, rest - take, 0.0, 0.0, next(edges)
        done, share, used = done + rest, share + rest, used + rest * usage
    if share > 0:
        yield share, used / share
