"""Layouts by the systems that they need, by hand: whole systems, then what each yields, simpler ones first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis import layouts_at_random as module
from costmodel.analysis.layouts_at_random import (
    Held,
    _order,
    _ordered,
    _systems,
    _why_not,
    asked_at_random,
    held_at_random,
)
from costmodel.analysis.replica_rate import Limit, Load
from costmodel.analysis.scenario_layouts import Layouts, _cached, _key, cheapest_first
from costmodel.domain.offers import Purchase, Rental
from costmodel.domain.workload import Capacity, Serving
from costmodel.errors import Infeasible
from costmodel.performance.layout.table import Table
from costmodel.units import parse, quantity
from tests.figures import made

SYSTEM = SimpleNamespace(id="system", name="System", accelerators=parse("8 accelerator/server"))
OFFER: Any = made(Purchase, id="buy", system=SYSTEM)
NOTHING: Any = None
LOAD = Load(
    parse("10 query/second"), quantity(2.0), quantity(1.0), quantity(1.0), NOTHING, (Limit("time_to_first_token", 1.0),)
)


def rows(*found: tuple[float, float, float]) -> pd.DataFrame:
    """Return layouts by tensor parallel, pipeline stages, and queries per second of a replica."""
    table = pd.DataFrame(found, columns=["tensor_parallel", "pipeline_parallel", "highest"])
    return table.assign(attention_copies=1.0, expert_parallel=1.0, precision="fp8", time_to_first_token=2.5)


def test_systems_hold_whole_replicas_for_the_peak() -> None:
    """20 queries a second: of 4 each on 2 accelerators 5 replicas fill 10, of 3 each on 8 every replica has its own."""
    assert float(_systems(OFFER, LOAD, 4.0, 2.0)) == 2.0
    assert float(_systems(OFFER, LOAD, 3.0, 8.0)) == 7.0
    assert float(_systems(OFFER, LOAD, 20.0, 16.0)) == 2.0
    assert np.asarray(_systems(OFFER, LOAD, np.array([4.0, 5.0]), np.array([2.0, 2.0]))).tolist() == [2.0, 1.0]


def test_layouts_alike_in_systems_stand_by_what_an_accelerator_yields() -> None:
    """Those alike in both by their stages."""
    table = rows((2, 2, 10.0), (4, 1, 10.0), (8, 1, 24.0), (1, 1, 0.1))
    found = _ordered(table, OFFER, LOAD)
    assert found["needed"].tolist() == [1.0, 1.0, 1.0, 25.0]
    assert found[["tensor_parallel", "pipeline_parallel"]].to_numpy().tolist() == [[8, 1], [4, 1], [2, 2], [1, 1]]
    held = Held({"highest": 10.0}, 5.0, NOTHING, table.iloc[[0]])
    assert _order(held, OFFER, LOAD) == (2.0, -1.25)
    assert held.share == 0.5


def test_two_layouts_are_simulated_and_the_better_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second, if the first falls to where it may need more systems; None of both is no answer."""
    table = rows((8, 1, 24.0), (4, 1, 10.0), (2, 2, 10.0))
    rates: dict[float, float | None] = {8.0: 6.0, 4.0: 9.0, 2.0: 99.0}
    tried: list[float] = []

    def simulated(_asked: object, _tried: object, _load: object, row: Any) -> Held | None:
        tried.append(row["tensor_parallel"])
        rate = rates[row["tensor_parallel"]]
        alike = table[table["tensor_parallel"] == row["tensor_parallel"]]
        return None if rate is None else Held(row, rate, NOTHING, alike)

    monkeypatch.setattr(module, "_simulated", simulated)
    monkeypatch.setattr(module, "highest_predicted", lambda found, *_: found)
    assert held_at_random(NOTHING, OFFER, table, LOAD).row["tensor_parallel"] == 4.0
    assert tried == [8.0, 4.0]
    rates[8.0], tried[:] = 24.0, []
    assert held_at_random(NOTHING, OFFER, table, LOAD).row["tensor_parallel"] == 8.0
    assert tried == [8.0]
    rates |= {8.0: None, 4.0: None}
    asked: Any = SimpleNamespace(model=SimpleNamespace(name="Model"))
    with pytest.raises(Infeasible, match=r"time to first token is at least 2.5 s \(limit 1 s\)"):
        held_at_random(asked, OFFER, table, LOAD)
    assert "no layout fits in memory" in _why_not(asked, OFFER, table[:0], LOAD)


def test_where_nothing_fits_no_layout_is_held() -> None:
    """A search that found nothing has a table without columns: that is told, and is no fault of the table."""
    asked: Any = SimpleNamespace(model=SimpleNamespace(name="M"))
    offer: Any = SimpleNamespace(system=SimpleNamespace(name="S"))
    with pytest.raises(Infeasible, match="M on S: no layout fits in memory"):
        held_at_random(asked, offer, pd.DataFrame(), LOAD)


def test_percentiles_of_all_limits_are_asked_for() -> None:
    """Each once, in order; a limit of the mean asks for none."""
    from costmodel.performance.layout.candidates import Asked  # noqa: PLC0415 - of this test alone

    limits = (Limit("a", 1.0, 0.99), Limit("b", 1.0, 0.5), Limit("c", 1.0), Limit("d", 1.0, 0.5))
    asked = Asked(*(6 * [NOTHING]))
    found = asked_at_random(asked, Load(*(4 * [NOTHING]), "traffic", limits))  # type: ignore[arg-type]
    assert (found.shares, found.traffic) == ((0.5, 0.99), "traffic")


def test_deployments_stand_by_what_is_paid_for_and_then_by_what_it_yields(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two accelerators of eight that are used alike pay the same: the faster comes first."""
    table = rows((2, 1, 0.0), (4, 1, 0.0), (8, 1, 0.0)).assign(output_rate=[10.0, 12.0, 99.0])
    met = Table({name: table[name].to_numpy() for name in table})
    monkeypatch.setattr(
        "costmodel.analysis.scenario_layouts.used_share", lambda *_: quantity(np.array([1.0, 1.0, 0.1]))
    )
    paid = iter([np.array([16.0, 16.0, 16.0]), np.array([16.0, 24.0, 8.0])])
    monkeypatch.setattr("costmodel.analysis.scenario_layouts.paid_for", lambda *_: quantity(next(paid), "accelerator"))
    workload: Any = SimpleNamespace(output_tokens=parse("10 token/query"))
    assert cheapest_first(met, workload, OFFER)["tensor_parallel"].tolist() == [4.0, 2.0, 8.0]
    assert cheapest_first(met, workload, OFFER)["tensor_parallel"].tolist() == [8.0, 2.0, 4.0]


def test_another_peak_asks_for_a_layout_at_random_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many systems a layout takes hangs on the peak, also where nothing else that a search sees moves."""
    asked: list[float] = []
    monkeypatch.setattr(
        "costmodel.analysis.scenario_layouts.held_at_random", lambda *given: asked.append(given[-1].rate.magnitude)
    )
    for name in ("held", "asked", "types"):
        monkeypatch.setattr(Layouts, name, lambda *_: Table({}))
    monkeypatch.setattr(Layouts, "load", lambda self, _: replace(LOAD, rate=self.scenario))
    layouts = Layouts(quantity(10.0, "query/second"), NOTHING)  # type: ignore[arg-type]
    for rate in (10.0, 10.0, 20.0):
        layouts.of(quantity(rate, "query/second")).at_random(NOTHING, OFFER)  # type: ignore[arg-type]
    assert asked == [10.0, 20.0]


def test_offers_alike_in_system_and_size_share_a_layout() -> None:
    """A rental by the accelerator is another than one of the whole system."""
    assert _key(OFFER) == ("system", 8.0)
    assert _key(made(Rental, id="r", system=SYSTEM, smallest=parse("2 accelerator"))) == ("system", 2.0)
    assert _key(made(Rental, id="r", system=SYSTEM, smallest=None)) == ("system", 8.0)


def test_a_cache_is_that_of_the_scenario_with_its_fact() -> None:
    """Where it gives one, and serves."""
    fact = object()
    share = quantity(0.4)
    serving = made(Serving, cached_share=share, facts={"cached_share": fact})
    assert _cached(SimpleNamespace(workload=serving)) == {  # type: ignore[arg-type]
        "cached_prompt_share": share,
        "facts": {"cached_prompt_share": fact},
    }
    bare = made(Serving, cached_share=share, facts={})
    assert _cached(SimpleNamespace(workload=bare))["facts"] == {}  # type: ignore[arg-type]
    for without in (made(Serving, cached_share=None), made(Capacity)):
        assert _cached(SimpleNamespace(workload=without)) == {}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("smallest", "by"), [(None, ""), ("8 accelerator", ""), ("2 accelerator", " by 2"), ("16 accelerator", " by 16")]
)
def test_layouts_on_parts_of_a_system_say_so_in_their_names(smallest: str | None, by: str) -> None:
    """As they are others than those on the whole; the cache is that of the scenario, or of a trace."""
    chip = SimpleNamespace(id="chip")
    system = SimpleNamespace(id="s", name="S", accelerators=parse("8 accelerator/server"), accelerator=chip)
    offer = made(Rental, id="r", system=system, smallest=None if smallest is None else parse(smallest))
    serving = made(Serving, cached_share=quantity(0.4), facts={})
    scenario: Any = SimpleNamespace(workload=serving, kv_cache_precision="fp8", framework="sglang")
    plain = Layouts(scenario, NOTHING)._base(offer)
    assert (plain.id, plain.name) == (f"deployment/s{by}", f"deployment on S{by}")
    assert (plain.chip, plain.kv_cache_precision, plain.framework) == ("chip", "fp8", "sglang")
    assert plain.cached_prompt_share == quantity(0.4)
    for cached, share in ((0.25, 0.25), (0.0, 0.4)):
        trace: Any = SimpleNamespace(cached_share=cached)
        assert Layouts(scenario, NOTHING, trace=trace)._base(offer).cached_prompt_share == quantity(share)
