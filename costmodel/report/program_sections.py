"""Sections on programs of one's own: who pays, what a chip costs to make, cost by chips made, cash by month."""

from __future__ import annotations

import numpy as np
import pandas as pd

from costmodel.analysis.cash import cash_of
from costmodel.analysis.chip import chip
from costmodel.analysis.study import Study
from costmodel.analysis.who_pays import WORDS, Payers
from costmodel.domain.offers import Program
from costmodel.errors import MissingData
from costmodel.report.charts import break_even_curve, cost_bars, cost_stack
from costmodel.report.content import Section
from costmodel.report.naming import names_of, shades_of

MILLION = 1e6
UNEQUAL = 20
"""Costs that differ by more are drawn on a logarithmic axis."""

DAYS_OF_MONTH = 365.25 / 12
WHO_PAYS = """\
Design, masks, tape-outs and team of a program are paid however many chips it makes. The ranking charges them to the \
demand of this question alone, with the program begun anew on its day: what serves until the chips arrive, and \
instead of them if the program fails, is in the cost. The other rows say what it costs if other users share them, and \
with what a shipped program has already paid left out. The rival is the best accelerator on the market in the year in \
which the chips are there, at the price of then."""
MADE_OF = """\
What one tested package costs to make, from die area, process, memory and packaging at the prices of the day; where \
the file of the program gives a unit cost of its own, that one counts in the answers."""
BY_MONTH = """\
All that is paid until a month, in real money of the start. A program is deepest in the red where its line is highest \
above that of its rival: the table says how deep and when."""


def program_sections(study: Study) -> list[Section]:
    """Return the sections on the programs of a study; none where it has none."""
    if not study.payers:
        return []
    return [_who_pays(study), *_made_of(study), _cash(study)]


def _who_pays(study: Study) -> Section:
    names = names_of(study.scenario)
    rows = [row for one in study.payers for row in _rows(one, names)]
    unit = f"{study.payers[0].readings['own'].cost.value.units:~C}"
    frame = pd.DataFrame(rows)
    bars = frame.assign(offer=frame["program"] + ": " + frame["design and team"])
    log = bool(frame["cost"].max() > UNEQUAL * frame["cost"].min())
    chart = cost_bars(bars[["offer", "cost", "low", "high"]], unit, log=log)
    table, units = frame.drop(columns=["low", "high"]), {"cost": unit, "chips": "accelerator"}
    heading = "Programs of one's own: who pays, and against whom"
    return Section(heading, text=WHO_PAYS, chart=chart, table=table, units=units)


def _rows(one: Payers, names: dict[str, str]) -> list[dict[str, object]]:
    return [
        {
            "program": names[one.offer],
            "design and team": WORDS[name],
            "chips": reading.accelerators,
            "cost": float(reading.cost.value.magnitude),
            "low": float(reading.cost.low.magnitude),
            "high": float(reading.cost.high.magnitude),
            "likely to beat its rival": _share(reading.probability_beats_rival),
            "rival": names.get(reading.rival, "none with an answer"),
            "likely the cheapest": f"{reading.probability_cheapest:.0%}",
        }
        for name, reading in one.readings.items()
    ]


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _made_of(study: Study) -> list[Section]:
    """Return what a chip of each program costs to make, part by part, where the facts say."""
    parts: list[dict[str, object]] = []
    for offer in (one for one in study.scenario.offers if isinstance(one, Program)):
        try:
            found = chip(study.catalog, offer.system.accelerator.id, study.scenario.price_date, offer.partner_margin)
        except MissingData:
            continue
        costs = {name: float(one.value.magnitude) for name, one in found.rows.items() if name != "total"}
        name = found.accelerator.name
        parts += [{"offer": name, "component": part.replace("_", " "), "cost": cost} for part, cost in costs.items()]
    if not parts:
        return []
    frame = pd.DataFrame(parts)
    table = frame.pivot_table(index="component", columns="offer", values="cost", sort=False, aggfunc="sum")
    table.loc["Total"] = table.sum()
    units = dict.fromkeys([str(name) for name in table.columns], "USD")
    heading = "What one chip costs to make"
    return [Section(heading, text=MADE_OF, chart=cost_stack(frame, "USD"), table=table.reset_index(), units=units)]


def _cash(study: Study) -> Section:
    """Return all money paid by each program and its rivals up to each month, and the lowest point of each program."""
    names = names_of(study.scenario)
    rivals = {reading.rival for one in study.payers for reading in one.readings.values()} & study.costs.keys()
    shown = [*(one.offer for one in study.payers), *sorted(rivals)]
    paid = {id_: np.cumsum(cash_of(study.costs[id_]).total) / MILLION for id_ in shown}
    curve = pd.concat(
        [pd.DataFrame({"x": np.arange(len(sums)), "offer": names[id_], "cost": sums}) for id_, sums in paid.items()]
    )
    rows = [_trough(study, one, paid, names) for one in study.payers]
    chart = break_even_curve(
        curve,
        x_label="Months from the start",
        x_unit="month",
        unit="MUSD",
        log_x=False,
        shades=shades_of(study.scenario),
    )
    units = {"paid until its chips are there": "MUSD", "paid in all": "MUSD", "most paid beyond the rival": "MUSD"}
    return Section("Cash of programs by month", text=BY_MONTH, chart=chart, table=pd.DataFrame(rows), units=units)


def _trough(study: Study, one: Payers, paid: dict[str, np.ndarray], names: dict[str, str]) -> dict[str, object]:
    sums = paid[one.offer]
    arrival = 0 if one.in_use is None else round((one.in_use - study.scenario.price_date).days / DAYS_OF_MONTH)
    row: dict[str, object] = {
        "program": names[one.offer],
        "paid until its chips are there": float(sums[min(arrival, len(sums) - 1)]),
        "paid in all": float(sums[-1]),
    }
    rival = next((reading.rival for reading in one.readings.values() if reading.rival in paid), None)
    if rival is None:
        return row
    months = min(len(sums), len(paid[rival]))
    more = sums[:months] - paid[rival][:months]
    return row | {"most paid beyond the rival": float(more.max()), "in month": float(more.argmax())}
