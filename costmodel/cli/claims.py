"""`costmodel claims`."""

from __future__ import annotations

from pathlib import Path

import click
import pandas as pd

from costmodel.analysis.claims import Checked, check_claims, number
from costmodel.cli.shared import format_option, open_catalog, print_answer, specs_option
from costmodel.cli.tables import print_table
from costmodel.cli.widths import Cell

TITLE = "Claims against the model (80% intervals)"
HEADS = ["claim", "said", "model", "unit", "verdict", "what would have to be true, or what a check needs"]


@click.command("claims")
@click.option(
    "--file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Claims of your own, written like reports/claims.toml; the shipped ones, if none is given.",
)
@format_option()
@specs_option
def command(file: Path | None, style: str, specs: tuple[Path, ...]) -> None:
    """Check public claims against the model at their date: inside its interval, outside, or what a check would need."""
    found = check_claims(open_catalog(specs), file)
    print_answer(
        style,
        json=lambda: [row_of(one) for one in found],
        csv=lambda: pd.DataFrame(_flat(row_of(one)) for one in found),
        table=lambda: print_table(TITLE, HEADS, [_shown(one) for one in found], right=HEADS[1:3]),
    )


def row_of(one: Checked) -> dict[str, object]:
    """Return a checked claim as plain data; low, median and high are the model's."""
    claim = one.claim
    return {
        "id": claim.id,
        "claim": f"{claim.subject}: {claim.text}",
        "value": one.value,
        "low": one.low,
        "median": one.median,
        "high": one.high,
        "unit": claim.unit,
        "verdict": one.verdict,
        "scenario": claim.scenario or claim.lessor,
        "needs": one.needs,
        "said": one.said,
        "offer": claim.offer,
        "figure": claim.figure,
        "as_of": str(claim.day or ""),
        "source": claim.stated[0].source if claim.stated else "",
        "hangs_on": list(one.hangs_on),
        "beside": [other.id for other in one.claim.beside],
        "share_all_true": one.share,
    }


def _flat(row: dict[str, object]) -> dict[str, object]:
    return {key: "; ".join(value) if isinstance(value, list) else value for key, value in row.items()}


def _shown(one: Checked) -> list[Cell]:
    tested = one.verdict != "not testable"
    median, low, high = (number(end, one.claim.unit) for end in (one.median, one.low, one.high))
    model = (median, f"{low} to {high}") if tested else ""
    return [f"{one.claim.id}: {one.claim.text}", one.said, model, one.claim.unit, one.verdict, one.needs]
