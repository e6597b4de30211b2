"""Nouns: frozen objects whose leaves can be listed, changed and traced, each with its fact."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import numpy as np
import pytest

from costmodel.analysis.study import Study
from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator, load_site, load_system
from costmodel.domain.noun import price_on
from costmodel.domain.offers import load_offer
from costmodel.errors import Infeasible, MissingData, UnknownName
from costmodel.formula import Graph, Traced
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.units import quantity
from tests.shipped import ARCHITECTURES

H100 = "nvidia/h100-sxm5-80gb"


def test_leaves_have_their_facts(catalog: Catalog) -> None:
    """Each quantity of a noun leads to the line that it was read from."""
    leaves = load_accelerator(catalog, H100).leaves()
    assert f"{H100}.memory.bandwidth" in leaves
    assert all(isinstance(fact, Fact) and fact.value == value for value, fact in leaves.values())


def test_entries_of_a_mapping_are_leaves(catalog: Catalog) -> None:
    """The peak rate of each number type is a leaf of its own."""
    accelerator = load_accelerator(catalog, H100)
    value, fact = accelerator.leaves()[f"{H100}.peak.bf16"]
    assert value == accelerator.peak["bf16"]
    assert fact is not None
    assert fact.key == "peak.bf16"


def test_changing_leaves_makes_a_new_noun(catalog: Catalog) -> None:
    """A noun is never changed in place."""
    system = load_system(catalog, "nvidia/hgx-h100")
    doubled = system.change(lambda _name, value, _fact: value * 2)
    assert doubled.peak_power == system.peak_power * 2
    assert doubled.accelerator.memory_capacity == system.accelerator.memory_capacity * 2
    with pytest.raises(FrozenInstanceError):
        system.peak_power = quantity(0.0, "W/server")  # type: ignore[misc]


def test_changing_nothing_gives_an_equal_noun(study: Study) -> None:
    """The identity is a change like any other."""
    assert study.scenario.change(lambda _name, value, _fact: value) == study.scenario


def test_tracing_reaches_every_leaf(serving: Study) -> None:
    """After tracing, all leaves are inputs of the graph, with the facts they had."""
    traced = serving.scenario.traced(Graph()).leaves()
    assert traced.keys() == serving.scenario.leaves().keys()
    assert all(isinstance(value.magnitude, Traced) for value, _ in traced.values())


def test_replacing_a_leaf_by_an_array_is_a_sweep(serving: Study) -> None:
    """Fields can be replaced by arrays of values."""
    users = quantity(np.array([1e3, 1e6]), "user")
    assert serving.scenario.workload.with_leaves(users=users).users is users


def test_a_missing_leaf_names_noun_and_file(catalog: Catalog) -> None:
    """What a question needs and no file gives is asked for by name."""
    site = load_site(catalog, "us-hyperscale")
    with pytest.raises(MissingData, match=r"us-hyperscale gives no facility rent.*us-hyperscale\.toml"):
        site.need("facility_rent")


def test_a_missing_number_type_lists_those_there_are(catalog: Catalog) -> None:
    """A peak that is not given is never made up."""
    accelerator = load_accelerator(catalog, H100)
    with pytest.raises(MissingData, match=r"no dense peak for int4 \(it has .*bf16"):
        accelerator.peak_for("int4")
    with pytest.raises(Infeasible, match="not in int4"):
        accelerator.best_type(("int4",))


def test_the_first_wanted_number_type_is_taken(catalog: Catalog) -> None:
    """Types are tried in the order they are wanted."""
    accelerator = load_accelerator(catalog, H100)
    assert accelerator.best_type(("int4", "fp8", "bf16")) == "fp8"


def test_links_given_both_ways_are_halved(catalog: Catalog) -> None:
    """Bandwidth in one direction is half of that in both."""
    accelerator = load_accelerator(catalog, H100)
    assert accelerator.scale_up_bandwidth_both_ways is not None
    assert accelerator.link_bandwidth * 2 == accelerator.scale_up_bandwidth_both_ways


def test_the_newest_price_up_to_a_day_counts(catalog: Catalog) -> None:
    """Prices after the day of the question are not known on it."""
    record = catalog.get("purchase", "hgx-h100")
    for fact in record.histories["price"]:
        assert price_on(record, "price", fact.as_of).as_of == fact.as_of
    assert price_on(record, "price", None) == record.histories["price"][-1]


def test_a_day_before_all_prices_is_an_error(catalog: Catalog) -> None:
    """No price is invented for a time without one."""
    with pytest.raises(MissingData, match=r"has no price up to 1999-01-01; its first is of"):
        load_offer(catalog, "purchase/hgx-h100", date(1999, 1, 1))


def test_offers_are_found_by_the_last_part_of_their_id(serving: Study) -> None:
    """An offer of a scenario can be named shortly, and a wrong name gets the right one."""
    assert serving.scenario.offer("hgx-h100").id == "purchase/hgx-h100"
    with pytest.raises(UnknownName, match='Did you mean "purchase/hgx-h100"'):
        serving.scenario.offer("purchase/hgx-h10")


@pytest.mark.parametrize("id_", ARCHITECTURES)
def test_layers_of_all_kinds_are_at_most_all_layers(catalog: Catalog, id_: str) -> None:
    """Windowed, chunked and linear layers together, and layers with experts, are no more than there are."""
    model = load_architecture(catalog, id_)
    assert model.attention_window_layers + model.attention_chunk_layers + model.linear_layers <= model.layers
    assert model.experts_layers <= model.layers
    assert model.attention_key_value_heads <= model.attention_query_heads
