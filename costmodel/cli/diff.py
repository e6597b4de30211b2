"""`costmodel diff SCENARIO [SCENARIO]`."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.columns import in_words
from costmodel.analysis.difference import METHOD, Difference
from costmodel.cli.opening import open_study
from costmodel.cli.shared import format_option, note, print_answer, set_option, specs_option
from costmodel.cli.tables import figure, known, print_table
from costmodel.economics.basis import money_of

SHOWN = 20
"""Rows of the printed table of parts; CSV and JSON have all."""
MOST = 40
"""Rows of the printed table of inputs."""
REST, WHOLE = "all others", "together"


@click.command("diff")
@click.argument("before", metavar="SCENARIO")
@click.argument("after", metavar="[SCENARIO]", required=False)
@click.option("--figure", "asked", metavar="NAME", default="", help="The figure to compare; that which offers rank by.")
@format_option()
@set_option
@specs_option
def command(
    before: str, after: str | None, asked: str, style: str, specs: tuple[Path, ...], settings: tuple[str, ...]
) -> None:
    """Show which inputs differ from one scenario to another, and what each did to the cost of each offer.

    With one scenario, the second is the same with inputs set by --set; with two, --set sets inputs of the second. Parts
    of an offer sum to its whole difference; what a search for layouts found has one, and up to three choices that are
    no numbers (a site, a model, a date) one each: scenarios with some of them are asked anew. Of more, all have one.
    """
    if after is None and not settings:
        msg = "Name two scenarios, or set an input of one: costmodel diff copilot --set demand.users='3e6 user'"
        raise click.UsageError(msg)
    first = open_study(before, specs)
    found = first.diff(open_study(after or before, specs, settings), asked)
    print_answer(style, json=lambda: as_json(found), csv=lambda: as_table(found), table=lambda: _print(found))


def as_json(found: Difference) -> dict[str, object]:
    """Return a difference as plain data."""
    sides = zip(("before", "after"), (found.before, found.after), found.winner, found.probability, strict=True)
    return {
        **{side: _side(study, winner, chance) for side, study, winner, chance in sides},
        "figure": found.figure,
        "unit": found.unit,
        "method": METHOD,
        "inputs": found.inputs.reset_index().to_dict("records"),
        "offers": [{"offer": id_, **row.to_dict(), "parts": _parts(found, str(id_))} for id_, row in _rows(found)],
    }


def as_table(found: Difference) -> pd.DataFrame:
    """Return one row for each offer and change, with the input's values; one without for an offer of one side."""
    inputs = found.inputs.drop(columns="what").rename(columns={"before": "input_before", "after": "input_after"})
    parts = found.parts.join(inputs, on="input").rename(columns={"unit": "input_unit"})
    offers = found.offers.reset_index().rename(columns={"before": "cost_before", "after": "cost_after"})
    return offers.merge(parts, on="offer", how="left").assign(figure=found.figure, unit=found.unit)


def _side(study: AnsweredScenario, winner: str, chance: float) -> dict[str, object]:
    return {
        "scenario": study.scenario.id,
        "set": {name: str(value) for name, value in study.changes.items()},
        **money_of(study.scenario),
        "winner": winner,
        "probability_cheapest": chance,
    }


def _rows(found: Difference) -> Iterator[tuple[object, pd.Series]]:
    yield from found.offers.iterrows()


def _parts(found: Difference, offer: str) -> list[dict[Hashable, object]]:
    own = found.parts[found.parts["offer"] == offer]
    return own.drop(columns="offer").to_dict("records")


def _print(found: Difference) -> None:
    if found.inputs.empty:
        note("nothing differs between the two")
    else:
        heads = ["input", "before", "after", "unit", "what", "source"]
        print_table("What differs", heads, list(_inputs(found.inputs.head(MOST))), right=heads[1:3])
    if len(found.inputs) > MOST:
        note(f"{len(found.inputs) - MOST} further inputs differ; --format csv and json have all")
    heads = ["offer", "before", "after", "change", ""]
    rows = [[str(id_), *map(known, row[:3]), _told(row)] for id_, row in _rows(found)]
    print_table(f"{in_words(found.figure)} in {found.unit}", heads, rows, right=heads[1:4])
    _print_parts(found)
    print_table("Cheapest", ["", "offer", "probability"], _winners(found), right=["probability"])
    money = [money_of(study.scenario)["dollar_year"] for study in (found.before, found.after)]
    if money[0] != money[1]:
        note(f"the first counts in dollars of {money[0]}, the second of {money[1]}: part of a change is inflation")


def _winners(found: Difference) -> list[list[str]]:
    sides = zip(("before", "after"), found.winner, found.probability, strict=True)
    return [[side, winner, f"{chance:.0%}"] for side, winner, chance in sides]


def _inputs(shown: pd.DataFrame) -> Iterator[list[str | tuple[str, ...]]]:
    for name, row in shown.iterrows():
        sources = tuple(dict.fromkeys(one for one in (row["source_before"], row["source_after"]) if one))
        yield [str(name), _value(row["before"]), _value(row["after"]), str(row["unit"]), str(row["what"]), sources]


def _value(value: str | float | None) -> str:
    return value if isinstance(value, str) else known(value)


def _told(row: pd.Series) -> str:
    if row["reason"]:
        return str(row["reason"])
    return f"{row['change'] / row['before']:+.1%}" if row["before"] else ""


def _print_parts(found: Difference) -> None:
    """Print what each change did, those that did most first, and their sum: a row a change, a column an offer."""
    if found.parts.empty:
        return
    table = found.parts.pivot_table(index="input", columns="offer", values="part", sort=False)
    table = table.loc[table.abs().max(axis=1).sort_values(ascending=False, kind="stable").index]
    shown, rest = table.head(SHOWN), table.iloc[SHOWN:]
    rows = [[str(name), *map(_signed, row)] for name, row in shown.iterrows()]
    rows += [[f"{REST} ({len(rest)})", *map(_signed, rest.sum())]] if len(rest) else []
    heads = [str(one).replace("/", "/\n") for one in table.columns]
    print_table(
        f"What each change did, in {found.unit} ({METHOD})",
        ["input", *heads],
        [*rows, [WHOLE, *map(_signed, table.sum())]],
        right=heads,
    )
    error = float(found.parts["error"].max())
    if error:
        note(f"orders of so many changes are drawn: a part is within about {figure(2 * error)} {found.unit}")


def _signed(value: float) -> str:
    return "-" if pd.isna(value) else "0" if not value else f"{'+' if value > 0 else '-'}{figure(abs(value))}"
