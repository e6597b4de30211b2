"""A training run by the methods of the field: by hand, and in a scenario."""

from __future__ import annotations

import re
from math import log

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.remarks import remarks
from costmodel.analysis.study import Study
from costmodel.economics.formulas import run_methods as f
from costmodel.economics.run_methods import METHODS
from costmodel.formula import Formula
from costmodel.specs.catalog import data_folder
from costmodel.units import magnitude
from tests.by_hand import cases, holds

BOUGHT, RENTED, HELD, SPOT = (
    "purchase/hgx-h100",
    "rental/google-a3-h100-on-demand",
    "rental/google-a3-h100-three-year",
    "rental/google-a3-h100-spot",
)
YEAR = 365.25


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Return the shipped scenario of one run, under a way of each kind."""
    text = (data_folder("reports") / "gpt3-training.toml").read_text()
    offers = ", ".join(f'"{one}"' for one in (BOUGHT, RENTED, HELD, SPOT))
    file = tmp_path_factory.mktemp("runs") / "run.toml"
    file.write_text(re.sub(r"offers = \[.*?\]", f"offers = [{offers}]", text, flags=re.DOTALL))
    return load(str(file))


@cases(
    (f.run_at_cloud_price, {"hours": 1e6, "price": 2}, 2e6),
    (f.spot_price, {"price": 4, "share": 0.5}, 2),
    (f.hours_on_spot, {"hours": 1e6, "goodput": 0.9, "goodput_on_spot": 0.6}, 1.5e6),
    (f.amortised_hardware, {"acquisition": 1e9, "decline": 0.14, "duration": YEAR}, 0.14 * log(10) * 1e9),
    (f.energy_of_run, {"energy": 1e6, "duration": YEAR / 12}, 1e6),
    (f.amortised_run, {"hardware": 3e6, "energy": 1e6}, 4e6),
    (f.acquisition_of_cluster, {"systems": 8e8, "network": 2e8}, 1e9),
)
def test_formula_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Each formula gives what plain arithmetic gives."""
    assert holds(one, given, right)


def test_twice_the_tokens_cost_twice_as_much_by_every_method_but_acquisition(study: Study) -> None:
    """A run of twice the tokens takes twice the hours and money; the cluster costs what it cost."""
    double = study.with_({"training.tokens": "600e9 token"})
    for id_ in (BOUGHT, RENTED, HELD):
        one, two = study.costs[id_].quantities, double.costs[id_].quantities
        for name in {"accelerator_hours", "interruptions", "cost_per_training_run", *METHODS} & one.keys():
            times = 1 if name == "cost_of_acquisition" else 2
            assert magnitude(two[name] / one[name], "1") == pytest.approx(times, rel=1e-9), name


def test_each_offer_has_the_methods_it_has_prices_for(study: Study) -> None:
    """What is bought has no cloud price, what is rented nothing to write off, a contract no spot price."""
    found = {id_: METHODS.keys() & study.costs[id_].quantities.keys() for id_ in (BOUGHT, RENTED, HELD)}
    assert found == {
        BOUGHT: {"cost_amortised", "cost_of_acquisition"},
        RENTED: {"cost_at_cloud_price", "cost_at_spot_price"},
        HELD: {"cost_at_cloud_price"},
    }


def test_spot_hours_are_cheaper_and_more(study: Study) -> None:
    """At the same price, hours that are taken away cost more in all; without interruptions, the share of the price."""
    dear = study.with_({"training.spot_price_share": "1"}).costs[RENTED]
    calm = study.with_({"training.spot_interruptions": "0 /hour", "training.spot_price_share": "0.5"}).costs[RENTED]
    assert dear["cost_at_spot_price"] > dear["cost_at_cloud_price"]
    assert magnitude(calm["cost_at_spot_price"] / calm["cost_at_cloud_price"], "1") == pytest.approx(0.5)


def test_a_spot_offer_takes_longer_and_is_called_so(study: Study) -> None:
    """Interruptions by the provider lengthen a run, and cost no rent beside its time."""
    spot = study.costs[SPOT]
    assert spot["duration"] > study.costs[RENTED]["duration"]
    assert "interruptions" not in spot.components
    assert "cost_at_cloud_price" not in spot.quantities


def test_what_is_given_is_said_to_be_given(study: Study) -> None:
    """A stated utilisation and goodput are named in the table of the run, beside the answers, and in explanations."""
    given = load("gpt3-2020", changes={"training.utilization": 0.224})
    assert given.run().attrs["given"] == ["model_flops_utilization", "goodput"]
    assert "given" in given.explain("model_flops_utilization").summary
    assert sum("is given" in one for one in remarks(given)) == 2
    assert study.run().attrs["given"] == []
