"""What a program costs by who pays for it, when its chips are in use, and how likely it beats its rival."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.rival import DAYS, rival_of
from costmodel.analysis.uncertainty import Interval
from costmodel.domain.offers import Offer, Program
from costmodel.domain.scenario import ANEW
from costmodel.economics.charging import AS_SHIPPED, SHARED, other_volume, own_volume
from costmodel.economics.costs import Costs
from costmodel.specs.fact import Fact
from costmodel.units import magnitude

Array = npt.NDArray[np.float64]
WORDS = {
    "own": "charged to its own demand alone",
    "shared": "shared with all who use its chips",
    "as_shipped": "own demand, what is paid already left out",
}


@dataclass(frozen=True)
class Reading:
    """What a program costs, in the unit by which the question ranks."""

    cost: Interval
    accelerators: float
    """All chips over which design and team are spread."""
    rival: str
    """The best on the market of the year in which it ships."""
    probability_beats_rival: float | None
    """Share of the draws in which it is cheaper than that; none where that has no answer."""
    probability_cheapest: float
    """Share of the draws in which it is cheaper than every offer that is no program."""


@dataclass(frozen=True)
class Payers:
    """A program by who pays for it: readings by name, those that the facts answer."""

    offer: str
    readings: Mapping[str, Reading]
    in_use: date | None
    """When half of its systems are there, if it begins anew."""
    meanwhile: str
    """What serves until then; `instead`: if it fails."""
    instead: str
    others: Fact | None
    """What is known of the other users of its chips."""


def who_pays(study: AnsweredScenario) -> list[Payers]:
    """Return each program of a study by who pays for it."""
    offers = {one.id: one for one in study.scenario.offers}
    return [_payers(study, id_, one) for id_, one in study.costs.items() if isinstance(offers[id_], Program)]


def _payers(study: AnsweredScenario, id_: str, one: Costs) -> Payers:
    scenario, offer = study.scenario, one.offer
    assert isinstance(offer, Program)  # noqa: S101 - only programs have readings
    rivals = {name: rival_of(scenario, offer, anew=name != AS_SHIPPED) for name in one.otherwise}
    found = {name: _reading(study, id_, one, name, rival) for name, rival in rivals.items()}
    later = float(magnitude(offer.arrival, "year"))
    anew = scenario.program_start == ANEW or offer.age is None
    facts = scenario.facts if scenario.program_other_volume is not None else offer.facts
    return Payers(
        id_,
        found,
        scenario.price_date + timedelta(days=later * DAYS) if anew else None,
        _id(one.held.served_by),
        _id(one.held.served_instead),
        facts.get("program_other_volume") or facts.get("other_volume"),
    )


def _id(offer: Offer | None) -> str:
    return "" if offer is None else offer.id


def _reading(study: AnsweredScenario, id_: str, one: Costs, name: str, rival: str) -> Reading:
    drawn = study.answers.drawn
    ours = drawn[id_, name]
    others = [drawn[other, study.headline] for other in _no_programs(study)]
    beats = _beats(ours, [drawn[rival, study.headline]]) if rival in study.costs else None
    cheapest = _beats(ours, others) if others else 1.0
    return Reading(study.answers.intervals[id_, name], chips(study, one, name), rival, beats, cheapest)


def _beats(ours: Array, others: Sequence[Array]) -> float:
    """Return the share of draws in which a cost is below all others; what has no answer in a draw loses it."""
    answered = np.nan_to_num(others, nan=np.inf)
    return float(np.mean(ours < answered.min(axis=0)))


def _no_programs(study: AnsweredScenario) -> Iterator[str]:
    yield from (id_ for id_, one in study.costs.items() if not isinstance(one.offer, Program))


def chips(study: AnsweredScenario, one: Costs, name: str) -> float:
    """Return over how many chips the design and the team of a program are spread, by who pays for it."""
    assert isinstance(one.offer, Program)  # noqa: S101 - only programs have readings
    own = own_volume(one.offer, one.held)
    others = other_volume(study.scenario, one.offer) if name == SHARED else None
    return float(magnitude(own if others is None else own + others, "accelerator"))
