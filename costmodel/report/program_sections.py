"""Sections on programs of one's own: who pays, what a chip costs to make, cost by chips made, cash by month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan

import pandas as pd

from costmodel.analysis.program_views import ByVolume, Trough, cash_by_month, made_of, troughs
from costmodel.analysis.study import Study
from costmodel.analysis.who_pays import WORDS, Payers
from costmodel.domain.offers import Program
from costmodel.report.charts import break_even_curve, cost_bars
from costmodel.report.charts.curve import Crossing
from costmodel.report.charts.waterfall import PARTS, waterfall
from costmodel.report.content import Section
from costmodel.report.naming import names_of, shades_of, unit_of_answer
from costmodel.report.numerals import chance, figure

MILLION, PERCENT = 1e6, 100
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
CHANCES = """\
The share of all draws in which a program costs less than its rival, by the chips that share its design and team, \
whoever uses them: whether it needs a re-spin or fails is drawn with all other facts."""
LIKELY = "Draws in which it is cheaper"
BY_MONTH = """\
What its rival would have cost until a month, less what the program has: in real money of the start, as the mean of \
how a program may go. Below zero it is in the red, deepest where the mark stands."""


def program_sections(study: Study, chips: ByVolume) -> list[Section]:
    """Return the sections on the programs of a study, over the chips made; none where it has none."""
    if not study.payers:
        return []
    return [_who_pays(study), _chances(study, chips), *_made_of(study), _cash(study)]


def _who_pays(study: Study) -> Section:
    names = names_of(study.scenario)
    rows = [row for one in study.payers for row in _rows(one, names)]
    unit = unit_of_answer(study)
    frame = pd.DataFrame(rows)
    bars = frame.assign(offer=frame["program"] + ": " + frame["design and team"])
    log = bool(frame["cost"].max() > UNEQUAL * frame["cost"].min())
    own = shades_of(study.scenario)
    shades = {
        str(bar): own[str(name)] for bar, name in zip(bars["offer"], frame["program"], strict=True) if name in own
    }
    chart = cost_bars(bars[["offer", "cost", "low", "high"]], unit, log=log, shades=shades)
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
            "likely the cheapest": chance(reading.probability_cheapest),
        }
        for name, reading in one.readings.items()
    ]


def _share(share: float | None) -> str:
    return "" if share is None or isnan(share) else chance(share)


def _made_of(study: Study) -> Iterator[Section]:
    """Yield what a chip of each program costs to make, from part to part, where the facts say."""
    for id_, rows in made_of(study).groupby("program", sort=False):
        offer = study.costs[str(id_)].offer
        assert isinstance(offer, Program)  # noqa: S101 - of programs alone
        chip = offer.system.accelerator.name
        parts = rows.assign(part=rows["part"].str.replace("_", " "))
        sums = [*parts["cost"].iloc[:-1].cumsum(), parts["cost"].iloc[-1]]
        chart = waterfall(pd.DataFrame({"step": parts["part"], "after": sums}), "USD", PARTS)
        table, units = parts.drop(columns="program"), dict.fromkeys(("cost", "low", "high"), "USD")
        yield Section(f"What one {chip} costs to make", text=MADE_OF, chart=chart, table=table, units=units)


def _chances(study: Study, chips: ByVolume) -> Section:
    """Return how likely each program beats its rival by the chips that share its design and team."""
    names = names_of(study.scenario)
    frame = chips.table()
    curve = pd.DataFrame(
        {
            "x": frame["accelerators"],
            "offer": frame["program"].map(names),
            "cost": PERCENT * frame["probability_beats_rival"],
        }
    )
    chart = break_even_curve(
        curve.dropna(),
        x_label="Accelerators made by the program",
        x_unit="accelerator",
        unit="%",
        y_label=LIKELY,
        shades=shades_of(study.scenario),
    )
    unit = unit_of_answer(study)
    units = {"accelerators": "accelerator", "cost": unit, "rival's cost": unit}
    table = frame.assign(
        program=frame["program"].map(names),
        rival=frame["rival"].map(names),
        probability_beats_rival=frame["probability_beats_rival"].map(_share),
    ).rename(columns={"rival_cost": "rival's cost", "probability_beats_rival": "likely to beat its rival"})
    return Section(
        "How likely a program beats its rival, by chips made", text=CHANCES, chart=chart, table=table, units=units
    )


def _cash(study: Study) -> Section:
    """Return how far each program is behind its rival in money paid, month by month, and where it is deepest."""
    names = names_of(study.scenario)
    frame = cash_by_month(study)
    deepest = list(troughs(frame))
    curve = pd.DataFrame(
        {"x": frame["month"], "offer": frame["program"].map(names), "cost": -frame["beyond"] / MILLION}
    )
    marks = [Crossing(float(one.month), -one.beyond / MILLION, "deepest") for one in deepest]
    x, ahead = "Months from the start", "Ahead of its rival"
    shades = shades_of(study.scenario)
    chart = break_even_curve(
        curve, marks, x_label=x, x_unit="month", unit="MUSD", log_x=False, y_label=ahead, shades=shades
    )
    rows = [_trough(study, frame, one, payers, names) for one, payers in zip(deepest, study.payers, strict=True)]
    units = {"paid until its chips are there": "MUSD", "paid in all": "MUSD", "most paid beyond the rival": "MUSD"}
    words = " ".join(_in_words(one, names) for one in deepest)
    heading = "Cash of programs by month, and how deep they are in the red"
    return Section(heading, text=f"{BY_MONTH} {words}", chart=chart, table=pd.DataFrame(rows), units=units)


def _in_words(one: Trough, names: Mapping[str, str]) -> str:
    beyond = " beyond its rival" if one.rival else ""
    return f"{names[one.program]}: {figure(one.beyond, 'USD')}{beyond} by month {one.month}."


def _trough(
    study: Study, cash: pd.DataFrame, one: Trough, payers: Payers, names: Mapping[str, str]
) -> dict[str, object]:
    paid = cash[cash["program"] == one.program]["paid"].to_numpy() / MILLION
    arrival = 0 if payers.in_use is None else round((payers.in_use - study.scenario.price_date).days / DAYS_OF_MONTH)
    return {
        "program": names[one.program],
        "rival": names.get(one.rival, "none with an answer"),
        "paid until its chips are there": float(paid[min(arrival, len(paid) - 1)]),
        "paid in all": one.total / MILLION,
        "most paid beyond the rival": one.beyond / MILLION,
        "in month": float(one.month),
    }
