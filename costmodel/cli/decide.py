"""`costmodel decide SCENARIO`."""

from __future__ import annotations

from dataclasses import asdict

import click

from costmodel.analysis.decide import Decision
from costmodel.analysis.draws import DRAWS
from costmodel.analysis.sentence import sentence
from costmodel.analysis.study import Study
from costmodel.cli.opening import seed_option, study_options
from costmodel.cli.shared import note, print_answer, tell
from costmodel.cli.tables import figure, print_table

SHOWN = 6
"""Rows of a table of flips or of what is worth knowing; JSON has all."""


@click.command("decide")
@click.argument("scenario")
@click.option("--draws", type=click.IntRange(256, 1 << 20), default=DRAWS, show_default=True, help="How many draws.")
@seed_option
@study_options("table", "json")
def command(study: Study, draws: int, seed: int, style: str) -> None:
    """Say which offer wins, how likely that is, what being wrong costs, and what would flip it."""
    found = study.decide(draws, seed)
    print_answer(style, json=lambda: as_json(found), table=lambda: _print(found))


def _print(found: Decision) -> None:
    tell(sentence(found) + "\n")
    _print_offers(found)
    _print_flips(found)
    _print_worth(found)


def as_json(found: Decision) -> dict[str, object]:
    """Return a decision as plain data."""
    return {
        "winner": found.winner,
        "sentence": sentence(found),
        "too_close_to_call": found.close,
        "probability_cheapest": dict(found.probability_cheapest),
        "expected_regret": dict(found.expected_regret),
        "cost_when_wrong": found.cost_when_wrong,
        "accelerators": dict(found.accelerators),
        **_shared(found),
        "waiting": [
            {
                "offer": one.offer,
                "name": one.name,
                "cost": float(one.cost.magnitude),
                "probability_cheaper": one.probability_cheaper,
            }
            for one in found.waiting
        ],
        "flips": [asdict(one) for one in found.flips],
        "worth_knowing": [asdict(one) for one in found.worth_knowing],
        "unit": found.unit,
        "unanswered": dict(found.unanswered),
        "draws": found.draws,
    }


def _shared(found: Decision) -> dict[str, object]:
    """Return what wins if others share programs; nulls where no file says of others."""
    one = found.sharing
    return {
        "winner_shared": None if one is None else one.winner,
        "cost_shared": None if one is None else float(one.cost.magnitude),
        "probability_cheapest_shared": None if one is None else dict(one.probability_cheapest),
        "accelerators_shared": None if one is None else dict(one.accelerators),
    }


def _print_offers(found: Decision) -> None:
    shares, regret = found.probability_cheapest, found.expected_regret
    rows = [[id_, f"{shares[id_]:.1%}", figure(regret[id_])] for id_ in sorted(shares, key=lambda one: -shares[one])]
    heads = ["offer", "cheapest in", f"expected regret, {found.unit}"]
    print_table(f"How likely each offer of today is the cheapest ({found.draws:,} draws)", heads, rows, right=heads[1:])
    for id_, share in found.unanswered.items():
        if share > 0:
            note(f"{id_} has no answer in {share:.2%} of the draws")


def _print_flips(found: Decision) -> None:
    rows = [[one.leaf, figure(one.own), figure(one.value), one.unit, one.to] for one in found.flips[:SHOWN]]
    if rows:
        heads = ["fact", "is", "flips at", "unit", "to"]
        print_table("What would flip it, each alone", heads, rows, right=["is", "flips at"])


def _print_worth(found: Decision) -> None:
    rows = [[one.leaf, figure(one.value)] for one in found.worth_knowing[:SHOWN]]
    if rows:
        heads = ["fact", f"worth, {found.unit}"]
        print_table("What is worth knowing exactly", heads, rows, right=heads[1:])
