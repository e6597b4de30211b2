"""A question of capacity without a file: so many accelerators of a kind for so many years, at one site or several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from costmodel.analysis.changes import NONE, Changes
from costmodel.analysis.columns import CHEAPEST
from costmodel.analysis.statement import joined
from costmodel.analysis.study import Study, study_of
from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.hardware import Accelerator
from costmodel.domain.offers import Offer, Rental, load_offer
from costmodel.domain.workload import Capacity
from costmodel.errors import CostModelError, Infeasible, MissingData
from costmodel.specs.bounds import LARGEST_COUNT
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import ASSUMPTION, Fact
from costmodel.specs.kinds import SCENARIO, SYSTEM_KINDS
from costmodel.specs.record import Record
from costmodel.units import Quantity, quantity
from costmodel.writing import today

SITE = "us-hyperscale"
PLACE = Path("the command line")
ASKED = "asked for"
RATE = ("8 percent/year", 0.08, 0.05, 0.12)
"""Cost of capital of a large listed company above inflation, as in the shipped scenarios, and its 90% interval."""

USE = (0.7, 0.5, 0.9)
"""Share of the hours that is used where nobody says another: busy clusters hold 50 to 90%."""


def capacity_studies(
    catalog: Catalog,
    hardware: str,
    accelerators: float,
    years: float,
    *,
    sites: Sequence[str] = (SITE,),
    on: date | None = None,
    changes: Changes = NONE,
) -> dict[str, Study]:
    """Return a study per site of all ways to get accelerators of a kind: bought, rented under every commitment, built.

    Each has the newest price up to a day (today, if none is given). Rented systems stand at their provider's site: they
    are in the first study only.

    Raises
    ------
    Infeasible
        Where nothing is offered with such accelerators.
    """
    if not (0 < accelerators <= LARGEST_COUNT and years > 0):
        most = f"{LARGEST_COUNT:,.0f}"
        msg = f"Capacity is above 0 and up to {most} accelerators, for some years, not {accelerators:g} and {years:g}"
        raise CostModelError(msg)
    chip = Accelerators(catalog).find(hardware)
    day = on or today()
    found = [offer for offer in _offers(catalog, day) if offer.system.accelerator.id == chip.id]
    if not found:
        msg = f"No offer has systems with {chip.name} up to {day}: see `costmodel list purchases` and `list rentals`"
        raise Infeasible(msg)
    studies = {}
    for place, site in enumerate(dict.fromkeys(sites)):
        asked = _record(chip, accelerators, years, site, day)
        here = [one.id for one in found if place == 0 or not isinstance(one, Rental)]
        answered = [id_ for id_ in here if not _why_not(catalog, _with_offers(asked, [id_]), changes)]
        if answered:
            studies[site] = study_of(catalog, _with_offers(asked, answered), changes)
    return studies


def by_site(studies: dict[str, Study]) -> pd.DataFrame:
    """Return the comparison and cash by year of all sites in one table, cheapest first; `site` tells them apart."""
    parts = []
    for site, study in studies.items():
        table = joined(study.compare().drop(columns=CHEAPEST), study.ways())
        rented = [isinstance(one, Rental) for one in study.scenario.offers]
        parts.append(table.assign(site=["" if is_rented else site for is_rented in rented]))
    first = next(iter(studies.values()))
    units = {name: unit for part in parts for name, unit in part.attrs["units"].items()}
    whole = pd.concat(parts).sort_values(first.headline, kind="stable")
    whole.attrs["units"] = units
    return whole


def _offers(catalog: Catalog, day: date) -> list[Offer]:
    """Return every offer that has a price up to a day and all that its kind needs."""
    found = []
    for kind in SYSTEM_KINDS:
        for id_ in catalog.ids(kind):
            try:
                found.append(load_offer(catalog, f"{kind}/{id_}", day))
            except MissingData:
                continue
    return found


def left_out(first: Study) -> dict[str, str]:
    """Return why an offer of the accelerators of a question has no answer to it, by its id.

    Its file lacks what the question needs: those of capacity blocks give no term, for one.
    """
    record, scenario = first.record, first.scenario
    assert record is not None and isinstance(scenario.workload, Capacity)  # noqa: S101, PT018 - it is a question of both
    here, chip = {one.id for one in scenario.offers}, scenario.workload.reference
    others = [one.id for one in _offers(first.catalog, scenario.price_date) if one.system.accelerator.id == chip.id]
    found = {
        id_: _why_not(first.catalog, _with_offers(record, [id_]), first.changes) for id_ in others if id_ not in here
    }
    return {id_: why for id_, why in found.items() if why}


def _why_not(catalog: Catalog, record: Record, changes: Changes) -> str:
    """Return why an offer has no answer; nothing where it has one."""
    try:
        study = study_of(catalog, record, changes)
        return "" if study.costs else "; ".join(study.without.values())
    except (MissingData, Infeasible) as error:
        return str(error)


def _with_offers(record: Record, offers: Sequence[str]) -> Record:
    return replace(record, values={**record.values, "offers": list(offers)})


def _record(chip: Accelerator, accelerators: float, years: float, site: str, day: date) -> Record:
    span = f"{years:g} year{'s' * (years != 1)}"
    values = {
        "title": f"{accelerators:g} {chip.name} for {span}",
        "question": f"What do {accelerators:g} {chip.name} cost over {span}, bought, rented or built?",
        "workload": "capacity",
        "capacity.reference": chip.id,
        "site": site,
        "price_date": day,
    }
    rate = _fact("finance.real_discount_rate", quantity(RATE[1], "1/year"), "cost of capital of a large listed company")
    use = _fact("capacity.utilization", quantity(USE[0]), "share of the hours of busy clusters; set utilization=...")
    facts = (
        replace(rate, low=quantity(RATE[2], "1/year"), high=quantity(RATE[3], "1/year")),
        replace(use, low=quantity(USE[1]), high=quantity(USE[2])),
        _fact("capacity.accelerators", quantity(float(accelerators), "accelerator"), ASKED),
        _fact("capacity.duration", quantity(float(years), "year"), ASKED),
    )
    return Record(SCENARIO, "capacity", PLACE, values, {fact.key: fact for fact in facts})


def _fact(key: str, value: Quantity, reason: str) -> Fact:
    return Fact(key, value, ASSUMPTION, PLACE, 1, confidence=ASSUMPTION, reason=reason)
