"""What a reader of an answer has to know beside it: what was given, models that stand for another, old prices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from costmodel.analysis.study import Study
from costmodel.analysis.training_run import given_in_words
from costmodel.domain.offers import Program
from costmodel.domain.scenario import ANEW
from costmodel.domain.token_api import TokenApi
from costmodel.economics.basis import horizon_in_words
from costmodel.specs.fact import Fact
from costmodel.units import magnitude, quantity

DAYS = float(magnitude(quantity(1.0, "year"), "day"))


Named = Callable[[str], str]
"""What offers and inputs are called by their ids: the ids themselves, by which they are set, or names for people."""


def remarks(study: Study, named: Named = str) -> list[str]:
    """Return the sentences that belong beside the answers of a study."""
    dated = [*_moved(study, named), *_old(study, named)]
    return [*given_in_words(study.scenario), *_listed(study, named), *_late(study, named), *dated]


def _late(study: Study, named: Named) -> Iterator[str]:
    """Yield of each program whose chips come when nobody needs them any more what its figures then are."""
    scenario = study.scenario
    for one in (found for found in scenario.offers if isinstance(found, Program) and found.id in study.costs):
        served, anew = study.costs[one.id].held.served_by, scenario.program_start == ANEW or one.age is None
        horizon = scenario.finance_horizon
        if anew and served is not None and horizon is not None and one.arrival >= horizon:
            asked = horizon_in_words(scenario)
            yield (
                f"{named(one.id)}: half of its systems would be in use only after the {asked} asked for: its "
                f"figures are those of {named(served.id)} with design and team on top"
            )


def _listed(study: Study, named: Named) -> Iterator[str]:
    """Yield whose model an API sells where it is not the scenario's own, and that nobody here knows its latency."""
    scenario = study.scenario
    apis = [one for one in scenario.offers if isinstance(one, TokenApi) and one.id in study.costs]
    for one in apis:
        if one.model in scenario.stand_in_models:
            yield f"{named(one.id)}: {one.model} stands for {scenario.model.id}: {scenario.stand_in_reason}"
    if apis:
        yield (
            "Tokens of an API are counted at list prices, without discounts for batches or volume; whether it meets "
            "the latency targets is not known here, nor are its accelerators, energy and carbon"
        )


def _moved(study: Study, named: Named) -> Iterator[str]:
    """Yield one sentence with all costs of another year that are counted in dollars of the question's."""
    found = {name: fact.moved for name, fact in _facts(study).items() if fact.moved}
    if found:
        year = study.scenario.price_date.year
        each = ", ".join(f"{named(name)} ({moved.partition(' by ')[0]})" for name, moved in found.items())
        yield (
            f"Dated costs of wages, buildings and energy are counted in USD of {year} by consumer prices: {each}. List "
            "prices, rents and contracts are taken as they stand: they are what is paid"
        )


def _facts(study: Study) -> dict[str, Fact]:
    return {name: leaf.origin for name, leaf in study.inputs().items() if isinstance(leaf.origin, Fact)}


def old_prices(study: Study) -> dict[str, Fact]:
    """Return the prices that were older on the day of the question than a scenario allows, by input.

    Costs that are moved by an index are left out: they are said apart.
    """
    oldest = float(magnitude(study.scenario.terms.price_age, "day"))
    return {
        name: fact
        for name, fact in _facts(study).items()
        if fact.as_of is not None
        and "[currency]" in fact.value.dimensionality
        and _days(study, fact.as_of) > oldest
        and not (fact.moved or name.startswith("plan."))
    }


def _old(study: Study, named: Named) -> Iterator[str]:
    """Yield one sentence with all prices that are old on the day of the question."""
    found = old_prices(study)
    if found:
        limit = float(magnitude(study.scenario.terms.price_age, "year"))
        each = [
            f"{named(name)} of {fact.as_of} ({_days(study, fact.as_of) / DAYS:.1f} years)"
            for name, fact in found.items()
        ]
        yield (
            f"On {study.scenario.price_date} these prices are older than {limit:g} year{'s' if limit != 1 else ''}: "
            f"{', '.join(each)}"
        )


def _days(study: Study, seen: date | None) -> int:
    return 0 if seen is None else (study.scenario.price_date - seen).days
