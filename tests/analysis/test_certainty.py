"""How sure a comparison is: against closed forms, and errors that hold as often as they say."""

from __future__ import annotations

from dataclasses import replace
from math import exp, hypot, log
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from costmodel.analysis.certainty import FEWEST, error_of, summary, uncertainty
from costmodel.analysis.correlations import links_of, loadings
from costmodel.analysis.draws import BLOCK, Joint, Link
from costmodel.analysis.study import Study
from costmodel.analysis.sweeping import Drawn, Sampler
from costmodel.errors import CostModelError
from costmodel.formula import Graph
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

Z90 = NormalDist().inv_cdf(0.95)


def lognormal(graph: Graph, name: str, median: float, sigma: float) -> Quantity:
    """Return a traced cost whose range is that of a lognormal."""
    low, value, high = (quantity(median * exp(at * Z90 * sigma), "USD") for at in (-1, 0, 1))
    return graph.leaf(name, value, Fact(name, value, "assumption", Path("x.toml"), 1, low=low, high=high))


@pytest.fixture(scope="module")
def two_ways() -> Sampler:
    """Return two offers with a part in common: one is the product of two facts, one of two others."""
    graph = Graph()
    a, b, c = (lognormal(graph, name, 50.0, sigma) for name, sigma in (("a", 0.2), ("b", 0.3), ("c", 0.4)))
    one = quantity(1.0, "USD")
    return Sampler({"first": a * c / one, "second": 1.05 * b * c / one})


def test_medians_and_bands_are_those_of_lognormals(two_ways: Sampler) -> None:
    """The median of a product of lognormals is that of the medians; the ends of its bands follow its deviation."""
    found = uncertainty(two_ways, 1.0, "USD", draws=1 << 17, seed=1).offers.loc["first"]
    sigma = hypot(0.2, 0.4)
    assert found["median"] == pytest.approx(2500, rel=2e-3)
    for band in (50, 80, 90):
        reach = exp(NormalDist().inv_cdf(0.5 + band / 200) * sigma)
        assert found[f"high_{band}"] == pytest.approx(2500 * reach, rel=6e-3)
        assert found[f"low_{band}"] == pytest.approx(2500 / reach, rel=6e-3)


def test_the_mean_of_a_linear_cost_is_that_of_its_parts() -> None:
    """E(2 a + 3 b) = 2 E a + 3 E b, each the median x exp(sigma^2 / 2)."""
    graph = Graph()
    a, b = lognormal(graph, "a", 50.0, 0.2), lognormal(graph, "b", 20.0, 0.5)
    found = Sampler({"sum": 2 * a + 3 * b}).draw(1 << 16).costs.mean()
    assert found == pytest.approx(2 * 50 * exp(0.02) + 3 * 20 * exp(0.125), rel=2e-4)


def test_who_is_cheaper_is_the_normal_of_what_they_do_not_share(two_ways: Sampler) -> None:
    """The common fact cancels in P(first < second), which is the normal distribution of the rest."""
    found = uncertainty(two_ways, 1.0, "USD", draws=1 << 17, seed=1)
    theory = NormalDist().cdf(log(1.05) / hypot(0.2, 0.3))
    assert found.cheaper.loc["first", "second"] == pytest.approx(theory, abs=0.004)
    assert found.offers.loc["first", "probability_cheapest"] == pytest.approx(theory, abs=0.004)


def test_stated_errors_hold_the_truth_in_95_percent_of_runs(two_ways: Sampler) -> None:
    """Of a median and of a probability, over repeated runs with other seeds."""
    theory = NormalDist().cdf(log(1.05) / hypot(0.2, 0.3))
    hits = []
    for seed in range(400):
        row = summary(two_ways.draw(8 * BLOCK, seed, keep=False), {}, 1.0).loc["first"]
        hits.append(
            [
                abs(row["median"] - 2500) <= row["median_error"],
                abs(row["probability_cheapest"] - theory) <= row["probability_cheapest_error"],
            ]
        )
    assert np.mean(hits, axis=0) == pytest.approx(0.95, abs=0.035)


def test_an_error_is_the_scatter_of_blocks_by_hand() -> None:
    """Blocks of 0, 1, 2 and 3 scatter by the root of 5 / 3: times 3.182446 (t of three degrees) over the root of 4."""
    costs = np.repeat(np.arange(4.0), BLOCK)[:, None]
    error = error_of(np.concatenate([costs, costs[: BLOCK - 1]]), lambda part: part.mean(axis=-2))
    assert error.tolist() == pytest.approx([3.182446305284263 * (5 / 3) ** 0.5 / 2], rel=1e-9)


def test_errors_shrink_with_the_root_of_the_draws(two_ways: Sampler) -> None:
    """Sixteen times the draws, a quarter of the error."""
    table = uncertainty(two_ways, 1.0, "USD", draws=1 << 16, seed=1).convergence.query("offer == 'first'")
    few, many = (float(table[table["draws"] == size]["median_error"].iloc[0]) for size in (1 << 12, 1 << 16))
    assert many == pytest.approx(few / 4, rel=0.5)
    with pytest.raises(CostModelError, match="too few"):
        uncertainty(two_ways, 1.0, "USD", draws=FEWEST - 1, seed=1)


def test_an_offer_without_an_answer_has_no_figures() -> None:
    """Others keep theirs."""
    costs = np.stack([np.full(4 * BLOCK, np.nan), np.linspace(1, 2, 4 * BLOCK)], axis=1)
    found = summary(Drawn((), ("none", "some"), np.empty((0, 0)), costs), {}, 1.0)
    assert found.loc["none", "unanswered"] == 1.0
    assert found.loc["none"].drop(["unanswered", "probability_cheapest", "probability_cheapest_error"]).isna().all()
    assert found.loc["some", "probability_cheapest"] == 1.0


def test_linked_facts_correlate_by_their_squared_loading_and_keep_their_spread() -> None:
    """Two facts with one factor in common at a loading of 0.6 have scores that correlate by 0.36."""
    loading = Leaf("correlation.test", quantity(0.6), _exactly(0.6))
    leaves = [Leaf(name, quantity(1.0), _fact(name)) for name in "ab"]
    joint = Joint.of(leaves, {name: (Link("both", loading),) for name in "ab"})
    scores = np.concatenate([joint.scores(joint.draw(number, 1)) for number in range(20)], axis=1)
    assert np.corrcoef(scores)[0, 1] == pytest.approx(0.36, abs=0.01)
    assert scores.std(axis=1) == pytest.approx(1.0, abs=0.01)


def test_without_what_facts_share_the_probabilities_change(serving: Study) -> None:
    """Facts of one source or maker move together, so that draws of them apart make another order likelier."""
    linked, apart = (serving.uncertainty(1 << 13, linked=yes).offers["probability_cheapest"] for yes in (True, False))
    assert (linked - apart).abs().max() > 0.005


def test_loadings_are_facts_and_links_are_of_one_kind(serving: Study) -> None:
    """Each loading has a range and a reason; what shares a factor is a fact of one kind."""
    assert all(leaf.origin.low < leaf.value < leaf.origin.high and leaf.origin.reason for leaf in loadings().values())
    links = links_of(serving.scenario, serving.inputs().values())
    for name, ones in links.items():
        assert all(one.factor.startswith(name.rpartition(".")[2]) for one in ones)
    assert {one.factor for one in links["purchase/hgx-h100.price"]} & {
        one.factor for one in links["rental/coreweave-h100-on-demand.price"]
    }


def test_what_has_no_range_is_named(serving: Study) -> None:
    """A fact that counts as exact is listed, one that is drawn is not."""
    found = serving.uncertainty(FEWEST)
    drawn = {leaf.name for leaf in serving.sampler.leaves}
    assert found.exact
    assert not drawn & set(found.exact)


def _fact(name: str) -> Fact:
    return Fact(name, quantity(1.0), "assumption", Path("x.toml"), 1, low=quantity(0.5), high=quantity(2.0))


def _exactly(value: float) -> Fact:
    return replace(_fact("loading"), value=quantity(value), low=quantity(value), high=quantity(value))
