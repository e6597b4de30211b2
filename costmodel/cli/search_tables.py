"""How a search is written: tables for a narrow terminal, CSV and JSON."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from costmodel.analysis.deployments import COST, HIGH, LOW, cheapest_at, front_of
from costmodel.analysis.layout_names import MEANINGS, layout_in_letters
from costmodel.cli.shared import note, print_answer, say
from costmodel.cli.tables import figure, print_dense
from costmodel.performance.service.latency import at_share

LEFT = ("offer", "type", "layout")
UNSURE = (
    "80% of measurements lie between low and high for deployments of the kind that was measured (docs/accuracy.md); "
    "pipelines, copies of attention, drafts, prefix caches and disaggregation were not measured"
)


def write_search(found: pd.DataFrame, title: str, top: int, style: str, share: float | None) -> None:
    """Print the cheapest deployments and the fronts; `share` is that of the latencies, if they are not means."""
    print_answer(
        style,
        json=lambda: {
            "units": found.attrs["units"],
            "without": found.attrs["without"],
            "cheapest": found.head(top).to_dict("records"),
            "front": _fronts(found).to_dict("records"),
        },
        csv=lambda: found.head(top),
        table=lambda: _tables(found, title, top, share),
    )


def _tables(found: pd.DataFrame, title: str, top: int, share: float | None) -> None:
    several = found["offer"].nunique() > 1
    shown = [found.head(top), _fronts(found, max(top, 2))]
    if several:
        _print(f"{title}: the cheapest on each offer", cheapest_at(found, [0.0]), share)
        say()
    _print(f"{title}: the cheapest of {len(found):,} deployments", shown[0], share)
    _print("\nThe front, from the cheapest to the fastest per user", shown[1], share)
    used = " ".join(layout_in_letters(row) for frame in shown for row in frame.to_dict("records"))
    said = [f"{sign}: {words}" for sign, words in MEANINGS.items() if sign in used]
    say(
        "\n"
        + "\n".join(
            [
                *said,
                "each: output tokens per second and accelerator",
                "low, high: 80% interval of the time model",
                "*: on the front, which no other beats in both cost and speed per user",
            ]
        )
    )
    note(UNSURE)


def _fronts(found: pd.DataFrame, most: int | None = None) -> pd.DataFrame:
    """Return the front of each offer, one after the other."""
    return pd.concat([front_of(part, most) for _, part in found.groupby("offer", sort=False)], ignore_index=True)


def _print(title: str, frame: pd.DataFrame, share: float | None) -> None:
    rows = [_cells(row, share) for row in frame.to_dict("records")]
    if frame["offer"].nunique() == 1:
        rows = [{name: text for name, text in row.items() if name != "offer"} for row in rows]
    print_dense(title, rows, LEFT)


def _cells(row: Mapping[Hashable, Any], share: float | None) -> dict[str, str]:
    first, each = at_share("time_to_first_token", share), at_share("time_per_output_token", share)
    at = "" if share is None else f" p{100 * share:g}"
    return {
        "offer": str(row["offer"]).rpartition("/")[2],
        "type": str(row["precision"]),
        "layout": layout_in_letters(row),
        "in\nflight": figure(row["concurrency"]),
        f"first{at}\ns": figure(row[first], 3),
        f"token{at}\nms": figure(1e3 * row[each], 3),
        "user\ntok/s": figure(row["user_rate"], 3),
        "each\ntok/s": figure(row["output_rate"], 3),
        "USD/\nMtok": figure(row[COST], 3) + ("*" if row["on_front"] else " "),
        "low": figure(row[LOW], 3),
        "high": figure(row[HIGH], 3),
    }
