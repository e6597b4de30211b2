"""Programs in shipped scenarios: who pays, against which rival, how likely; errors of programs that cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.rival import rival
from costmodel.analysis.study import Study
from costmodel.analysis.who_pays import Payers
from costmodel.domain.offers import Program, Purchase, load_offer
from costmodel.domain.terms import usual_terms
from costmodel.economics.components import system_price
from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import KINDS
from costmodel.specs.record import read_record
from costmodel.units import magnitude, parse, quantity

SHIPPED = Path(__file__).parents[2] / "hardware" / "offers" / "program" / "maia-100.toml"


@pytest.fixture(scope="module")
def copilot() -> Study:
    """Return a scenario with one program, listed with an old one of its rivals."""
    return load("copilot", changes={"offers": "purchase/hgx-h100, program/maia-100"})


@pytest.fixture(scope="module")
def payers(copilot: Study) -> Payers:
    """Return who pays for its program."""
    (found,) = copilot.payers
    return found


def test_a_program_is_charged_to_its_own_demand_by_default(copilot: Study, payers: Payers) -> None:
    """What ranks is the figure of the own chips; that of all users and that without what is sunk stand beside it."""
    offer = copilot.costs["program/maia-100"]
    held = float(magnitude(offer["servers"] * offer.offer.system.accelerators, "accelerator"))
    own, shared = payers.readings["own"], payers.readings["shared"]
    assert own.cost.value == offer[copilot.headline]
    assert own.accelerators == held
    assert shared.accelerators == held + 200_000
    assert shared.cost.value < payers.readings["as_shipped"].cost.value < own.cost.value


def test_all_uses_rank_where_the_scenario_asks_so(copilot: Study, payers: Payers) -> None:
    """`program.charged_to` chooses between the two figures."""
    asked = load("copilot", changes={"offers": "purchase/hgx-h100, program/maia-100", "program.charged_to": "all uses"})
    ranked = asked.costs["program/maia-100"][copilot.headline]
    assert magnitude(ranked / payers.readings["shared"].cost.value, "1") == pytest.approx(1, rel=1e-12)


def test_the_best_of_the_year_of_shipping_is_compared_though_nobody_listed_it(copilot: Study, payers: Payers) -> None:
    """For a chip begun in November 2026 that of 2029, extrapolated; for one that has shipped that of today."""
    assert {"purchase/gb200-nvl72", "purchase/rival-2029"} < copilot.costs.keys()
    assert "extrapolated" in copilot.scenario.offer("rival-2029").name
    assert {name: one.rival for name, one in payers.readings.items()} == {
        "own": "purchase/rival-2029",
        "shared": "purchase/rival-2029",
        "as_shipped": "purchase/gb200-nvl72",
    }


def test_a_rival_has_no_fact_of_its_own_but_when_it_is_bought(copilot: Study) -> None:
    """All else goes by the names of what it copies, so that a price that is set moves both."""
    assert {name for name in copilot.inputs() if "rival" in name} == {"purchase/rival-2029.arrival"}
    dear = copilot.with_({"purchase/gb200-nvl72.price": "4 MUSD/server"})
    for id_ in ("purchase/gb200-nvl72", "purchase/rival-2029"):
        assert dear.costs[id_][copilot.headline] > copilot.costs[id_][copilot.headline]


def test_what_serves_meanwhile_is_chosen_again_in_a_sweep(copilot: Study) -> None:
    """Where today's best becomes dear another serves until then: a sweep says what a fresh question does."""
    name, price = "purchase/gb200-nvl72.price", 9.0
    fresh = copilot.with_({name: f"{price} MUSD/server"})
    assert fresh.payers[0].meanwhile == "purchase/hgx-h100" != copilot.payers[0].meanwhile
    swept = copilot.sweep({name: [price]})
    for id_, one in fresh.costs.items():
        assert swept[id_][0] == pytest.approx(float(one[copilot.headline].magnitude), rel=1e-12)


def test_energy_is_that_of_what_serves_in_turn(copilot: Study) -> None:
    """The same systems bought later draw the same; a program that never arrives draws what serves instead."""
    energy = {id_: one.footprint["energy"] for id_, one in copilot.costs.items()}
    assert magnitude(energy["purchase/rival-2029"] / energy["purchase/gb200-nvl72"], "1") == pytest.approx(1)
    never = copilot.with_({"program/maia-100.failure_probability": 1.0}).costs["program/maia-100"]
    assert magnitude(never.footprint["energy"] / energy["purchase/gb200-nvl72"], "1") == pytest.approx(1)


def test_waiting_is_no_choice_of_today(copilot: Study) -> None:
    """A decision is among what can be had; what waits stands beside it, with how likely it is cheaper."""
    found = copilot.decide(512)
    assert "purchase/rival-2029" not in found.probability_cheapest
    (waiting,) = found.waiting
    assert waiting.cost == copilot.costs["purchase/rival-2029"][copilot.headline]
    assert 0 < waiting.probability_cheaper <= 1


@pytest.mark.parametrize(
    ("changes", "rival", "best"),
    [
        ({"program/maia-100.time_to_tape_out": "42 month"}, "purchase/rival-2031", "purchase/gb200-nvl72"),
        ({"demand.users": "5e3 user"}, "purchase/rival-2029", "purchase/hgx-b200"),
        ({"purchase/gb200-nvl72.price": "9 MUSD/server"}, "purchase/rival-2029", "purchase/gb200-nvl72"),
    ],
)
def test_rivals_follow_what_is_set_at_either_door(
    copilot: Study, changes: dict[str, str], rival: str, best: str
) -> None:
    """Two more years make it that of 2031; few users buy servers, no racks; one whose price is set is that one."""
    files = {"offers": "purchase/hgx-h100, program/maia-100"}
    loaded, changed = load("copilot", changes={**files, **changes}), copilot.with_(changes)
    for study in (loaded, changed):
        assert study.scenario.best_on_sale == best
        assert rival in study.scenario.rivals
    assert [one.id for one in changed.scenario.offers] == [one.id for one in loaded.scenario.offers]
    for id_, one in loaded.costs.items():
        assert magnitude(changed.costs[id_][copilot.headline] / one[copilot.headline], "1") == pytest.approx(
            1, rel=1e-12
        )


def test_a_rival_of_later_costs_what_the_trend_says() -> None:
    """Its price falls by 0.14 powers of ten a year: after three years it is 38% of that of today."""
    best = load_offer(Catalog(), "purchase/hgx-b200", date(2026, 11, 1))
    assert isinstance(best, Purchase)
    later = rival(best, date(2026, 11, 1), quantity(3.0, "year"))
    price = magnitude(system_price(later, usual_terms()) / best.price, "1")
    assert price == pytest.approx(10 ** (-0.14 * 3), rel=1e-12)
    assert "2029" in later.name


def test_likelihoods_are_shares_of_the_draws_behind_the_intervals(copilot: Study, payers: Payers) -> None:
    """How often a program beats its rival is counted over the same draws for all readings."""
    drawn = copilot.answers.drawn
    ours, theirs = drawn["program/maia-100", "own"], drawn["purchase/rival-2029", copilot.headline]
    assert payers.readings["own"].probability_beats_rival == float(np.mean(ours < theirs))


def test_at_its_own_volume_a_break_even_costs_what_the_comparison_says(copilot: Study) -> None:
    """A sweep of all chips made meets the charged figure at the fleet's own number, and falls with every other chip."""
    (found,) = copilot.break_even("volume", ("program/maia-100", "purchase/hgx-h100"))
    own = float(copilot.costs["program/maia-100"][copilot.headline].magnitude)
    assert found.own[0] == pytest.approx(own, rel=1e-12)
    curve = found.curve[found.curve["offer"] == "program/maia-100"]["cost"].to_numpy()
    assert np.all(np.diff(curve) < 0)


def test_one_training_run_pays_for_the_whole_program_unless_a_cadence_is_stated() -> None:
    """Ten runs a year share it: each pays its part of what the years of the program cost."""
    offers = "purchase/hgx-h100, program/maia-100"
    one = load("gpt3-training", changes={"offers": offers})
    many = load("gpt3-training", changes={"offers": offers, "training.runs_per_year": "10 /year"})
    alone, shared = (study.costs["program/maia-100"]["cost_per_training_run"] for study in (one, many))
    assert magnitude(alone, "MUSD") > 500
    years = magnitude(one.scenario.finance_horizon, "year")
    assert magnitude(shared / alone, "1") < 2 / (10 * years)


def test_a_program_after_its_horizon_has_nothing_of_its_own() -> None:
    """Needed for two years, chips that come after three are never there: what serves meanwhile serves throughout."""
    found = load("copilot", changes={"offers": "purchase/hgx-h100, program/maia-100"}).over(2).costs["program/maia-100"]
    assert magnitude(found.components["servers"], "USD/month") == 0
    assert magnitude(found.components["design"], "USD/month") > 0


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('ramp = { value = "-3 month", source = "assumption", reason = "x" }', "is negative; ramp cannot be"),
        ('time_to_tape_out = { value = "0 year", source = "assumption", reason = "x" }', "must be above 0"),
        ('other_volume = { value = "0 accelerator", source = "assumption", reason = "x" }', "must be above 0"),
        ('respin_probability = { value = "1.2", source = "assumption", reason = "x" }', "a share, from 0 to 1"),
    ],
)
def test_what_no_program_can_be_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    """A ramp before tape-out, no time to it, a volume of nothing, a probability above one."""
    text = SHIPPED.read_text(encoding="utf-8")
    head = text.partition("[design_cost]")[0]
    key = line.partition(" ")[0]
    rest = "[design_cost]" + text.partition("[design_cost]")[2]
    body = "\n\n".join(part for part in rest.split("\n\n") if not part.startswith(f"[{key}]"))
    file = tmp_path / "mine.toml"
    file.write_text(f"{head}{line}\n\n{body}", encoding="utf-8")
    with pytest.raises(SpecError, match=says) as caught:
        read_record(KINDS["program"], "mine", file)
    assert f"mine.toml:{head.count(chr(10)) + 1}" in str(caught.value)


def test_what_a_file_leaves_out_is_assumed_with_its_reason() -> None:
    """A program that says little has every other figure as a fact with a range or a reason."""
    offer = load_offer(Catalog(), "program/openai-like", date(2026, 11, 1))
    assert isinstance(offer, Program)
    assert magnitude(offer.mask_set, "USD") == magnitude(parse("40 MUSD"), "USD")
    assert offer.facts["time_to_tape_out"].reason
    assert offer.facts["failure_probability"].value == quantity(0.25)


def test_the_unit_cost_of_a_chip_is_traced_to_wafers_defects_and_memory(copilot: Study) -> None:
    """Without a unit cost in its file, it follows from die area, process and stacks, each with a source."""
    tree = copilot.explain("unit_cost", "program/maia-100")
    facts = {part.name: part.origin for part in tree.walk() if part.origin is not None}
    for name in ("n5.wafer_price", "n5.defect_density", "hbm2e.price", "program/maia-100.partner_margin"):
        assert facts[name].source
