"""Names and colours of offers: one of each for an offer, wherever it stands."""

from __future__ import annotations

from dataclasses import replace

import costmodel as cm
from costmodel.report.cost_sections import monthly, unit_costs
from costmodel.report.naming import LATER, OWN, SHADES, by_cost, colours_of, names_of
from costmodel.specs.catalog import Catalog


def test_an_offer_has_one_colour_on_all_pages() -> None:
    """No two offers of a shipped scenario share a colour, and each has the same wherever it stands."""
    catalog, seen = Catalog(), dict[str, str]()
    for name in catalog.ids("scenario"):
        offers = [*map(str, catalog.get("scenario", name).values["offers"]), "purchase/gb200-nvl72", f"{LATER}2029"]
        found = colours_of(list(dict.fromkeys(offers)))
        assert len(set(found.values())) == len(found), name
        assert all(seen.setdefault(id_, colour) == colour for id_, colour in found.items()), name
    assert seen.keys() >= OWN.keys()


def test_offers_that_nobody_knows_get_colours_that_are_free() -> None:
    """Up to as many offers as there are colours differ; of more, each still has one."""
    known = list(OWN)[:3]
    mine = [f"purchase/mine-{place}" for place in range(len(SHADES) - 3)]
    assert len(set(colours_of([*mine, *known]).values())) == len(SHADES)
    assert colours_of([*mine, *known])[known[0]] == SHADES[OWN[known[0]]]
    assert len(colours_of([f"rental/{place}" for place in range(30)])) == 30


def test_offers_of_one_name_are_told_apart_by_their_ids() -> None:
    """Two offers of one name have their ids behind it, so that no chart and no row takes one for the other."""
    scenario = cm.load("billion-users").scenario
    twins = scenario.with_offers(*(replace(one, name="Buy") for one in scenario.offers))
    assert names_of(twins)["purchase/hgx-h100"] == "Buy (purchase/hgx-h100)"
    assert len(set(names_of(twins).values())) == len(scenario.offers)


def test_charts_and_tables_of_a_page_have_the_cheapest_offer_first() -> None:
    """As the table of offers has them; components stay in their order, also where the cheapest has few of them."""
    study = cm.load("copilot-2023")
    ranked = [names_of(study.scenario)[id_] for id_ in by_cost(study)]
    costs = [float(study.costs[id_][study.headline].magnitude) for id_ in by_cost(study)]
    assert costs == sorted(costs)
    bands = {id_: study.bands[id_, study.headline] for id_ in by_cost(study)}
    for section in (unit_costs(study, bands), monthly(study)):
        rows = [row for data in section.chart.to_dict()["datasets"].values() for row in data if "offer" in row]
        assert list(dict.fromkeys(" ".join(row["offer"].split()) for row in rows)) == ranked
    assert section.table is not None
    assert list(section.table.columns[1:]) == ranked
    assert section.table["component"].tolist()[:-1] == list(dict.fromkeys(study.statement()["component"]))
