"""How a comparison says who pays for programs: a small table, and plain data."""

from __future__ import annotations

from costmodel.analysis.study import Study
from costmodel.analysis.who_pays import WORDS, Payers, Reading
from costmodel.cli.shared import note, plain
from costmodel.cli.tables import between, figure, print_table, share
from costmodel.domain.workload import TrainingRun

HEADS = ("program", "design and team are", "chips", "cost", "interval (80%)", "beats its rival", "beats all others")
ONE_RUN = (
    "One training run pays for the whole program, as the scenario states no cadence: give training.runs_per_year, "
    "which share it."
)


def print_payers(study: Study) -> None:
    """Print what each program costs by who pays for it; nothing where the question has none."""
    if not study.payers:
        return
    unit = f"{study.payers[0].readings['own'].cost.value.units:~C}"
    rows = [_row(one, name, reading) for one in study.payers for name, reading in one.readings.items()]
    print_table(f"Programs: who pays for design and team ({unit})", list(HEADS), rows, right=HEADS[2:])
    for one in study.payers:
        note(in_words(study, one))
    if isinstance(study.scenario.workload, TrainingRun) and study.scenario.workload.runs_per_year is None:
        note(ONE_RUN)


def in_words(study: Study, one: Payers) -> str:
    """Say when a program's chips are in use, what serves until then, who its rival is and what others use."""
    names = {offer.id: offer.name for offer in study.scenario.offers}
    when = "as it has shipped" if one.in_use is None else f"begun anew, half of its systems are in use by {one.in_use}"
    parts = [f"{one.offer}: {when}"]
    parts += [_serves(one.meanwhile, one.instead)] if one.in_use and one.meanwhile else []
    rivals = dict.fromkeys(reading.rival for reading in one.readings.values())
    parts += [f"its rival is {rival}: {names[rival]}" for rival in rivals if rival in names]
    if one.others is not None:
        parts.append(f"other uses of {one.others.value:,.6g~P}: {one.others.reason.strip() or one.others.source}")
    return "; ".join(parts)


def _serves(meanwhile: str, instead: str) -> str:
    if meanwhile == instead:
        return f"until then, and if it fails, {meanwhile} serves"
    return f"until then {meanwhile} serves, and {instead} if it fails"


def payers_as_data(study: Study, offer: str) -> dict[str, object]:
    """Return a program by who pays for it, under `program`; nothing for other offers."""
    found = next((one for one in study.payers if one.offer == offer), None)
    if found is None:
        return {}
    scenario = study.scenario
    return {
        "program": {
            "charged_to": scenario.program_charged_to,
            "start": scenario.program_start,
            **{name: _data(reading) for name, reading in found.readings.items()},
            "in_use": None if found.in_use is None else found.in_use.isoformat(),
            "meanwhile": found.meanwhile or None,
            "instead": found.instead or None,
            "other_volume_source": None if found.others is None else found.others.source,
            "other_volume_reason": None if found.others is None else found.others.reason or None,
        }
    }


def _data(reading: Reading) -> dict[str, object]:
    cost = reading.cost
    return {
        **plain(cost.value),
        "low": float(cost.low.magnitude),
        "high": float(cost.high.magnitude),
        "accelerators": reading.accelerators,
        "rival": reading.rival,
        "probability_beats_rival": reading.probability_beats_rival,
        "probability_cheapest": reading.probability_cheapest,
    }


def _row(one: Payers, name: str, reading: Reading) -> list[str]:
    cost = reading.cost
    return [
        one.offer,
        WORDS[name],
        figure(reading.accelerators),
        figure(float(cost.value.magnitude)),
        between(float(cost.low.magnitude), float(cost.high.magnitude)),
        share(reading.probability_beats_rival),
        share(reading.probability_cheapest),
    ]
