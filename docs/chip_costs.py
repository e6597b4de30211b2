"""Writes docs/chip-costs.md: what accelerators cost to make by the model, beside published estimates.

python docs/chip_costs.py
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from costmodel.analysis.chip import chip
from costmodel.specs.catalog import Catalog

HERE = Path(__file__).parent
ESTIMATES = HERE.parent / "tests" / "reference" / "chip_costs.csv"

HEAD = """# What chips cost to make

<!-- Made by `python docs/chip_costs.py`: change the facts, then run it. -->

Each row is computed from areas of dies, silicon node, memory and packaging alone (`costmodel chip ID --on DATE`), and
stands beside an estimate of others: a range as published, or 25% around a published point. The areas of TPU v5p, v6e
and v7 are assumptions with a range, since nobody publishes them. The share of defective dies that are sold, what a
substrate costs and what is lost in assembly rest on the published parts of H100 and B200, so that these two are no
independent check.

| accelerator | on | ours, USD | 80% interval | published, USD | agrees | HBM | with packaging | source | remark |
|---|---|---|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Write the page."""
    rows = [
        _row({f"{key}": f"{cell}" for key, cell in row.items()}) for row in pd.read_csv(ESTIMATES).to_dict("records")
    ]
    (HERE / "chip-costs.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


def _row(row: dict[str, str]) -> str:
    found = chip(Catalog(), row["accelerator"], date.fromisoformat(row["on"]))
    ours, low, high = (q.magnitude for q in (found.total.value, found.total.low, found.total.high))
    agrees = "yes" if float(row["low"]) <= ours <= float(row["high"]) else "no"
    with_packaging = found.share("memory", "interposer", "substrate")
    cells = [row["accelerator"], row["on"], f"{ours:,.0f}", f"{low:,.0f} to {high:,.0f}"]
    cells += [f"{float(row['low']):,.0f} to {float(row['high']):,.0f}", agrees]
    cells += [f"{found.share('memory'):.0%}", f"{with_packaging:.0%}", row["source"], row["reason"]]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
