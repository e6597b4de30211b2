"""What a page needs to answer again in the browser: the model as JavaScript, its inputs, draws and outputs."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from math import inf
from typing import Any

from costmodel.analysis.cheapest import MARGIN
from costmodel.analysis.columns import CHEAPEST, NEVER
from costmodel.analysis.correlations import links_of
from costmodel.analysis.draws import BLOCK as DRAWN_BLOCK
from costmodel.analysis.draws import DRAWS, LEVELS, SEED, TWO_SIDED_90, Joint, is_uncertain, number_of
from costmodel.analysis.ranges import Marginal
from costmodel.analysis.statement import OUTPUT_UNITS
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import SHARE
from costmodel.economics.at_load import UTILIZATION
from costmodel.economics.users import PERCENTILES
from costmodel.formula import Graph
from costmodel.formula.graph import Leaf, node_of
from costmodel.formula.javascript import Script, compile_javascript
from costmodel.formula.normal import score_of
from costmodel.report.controls import Control, controls_of
from costmodel.report.inputs_file import inputs_file
from costmodel.report.naming import names_of, unit_of_answer
from costmodel.report.numerals import unit_text
from costmodel.report.packing import Texts
from costmodel.specs.attribute import Attribute
from costmodel.specs.bounds import out_of_bounds
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

AT_LOAD = "at_load"
"""The name of what work costs on one system at the share of its time that is the leaf `utilization`."""
PERCENTILE_COSTS = tuple(f"cost_per_user_month_{name}" for name in PERCENTILES)
"""Figures of the offer that a question names first, whose intervals follow too: what its users cost."""
BLOCK = 256
"""Draws that the browser answers at a time: their arrays stay in the processor's cache."""


@dataclass(frozen=True)
class Live:
    """The scripts and plain data that recompute a page, and its controls."""

    model: Script
    score: Script
    data: Mapping[str, Any]
    controls: tuple[Control, ...]


def live_of(study: Study) -> Live:
    """Return the model of a study for the browser: every quantity and component of every offer, all leaves open."""
    every = {name: value for name, value in _outputs(study).items() if node_of(value) is not None}
    drawn = {name: every[name] for name in _drawn(study) if name in every}
    traced = drawn | every
    leaves = study.model.leaves
    score = compile_javascript({"score": score_of(Graph().leaf("share", quantity(0.5)))}, ["share"])
    model = compile_javascript(traced, list(leaves), first=len(drawn))
    return Live(model, score, _data(study, traced, leaves, model, score), controls_of(study))


def figure_id(offer: str, quantity_name: str) -> str:
    """Return what a figure goes by in a page."""
    return f"{offer}.{quantity_name}"


def _drawn(study: Study) -> list[str]:
    """Return the figures whose intervals follow: the columns of all offers, and what the first offer's users cost."""
    columns = [figure_id(id_, name) for id_ in study.costs for name in study.columns]
    return [*columns, *(figure_id(next(iter(study.costs)), name) for name in PERCENTILE_COSTS)]


def _outputs(study: Study) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for id_, one in study.model.costs.items():
        found |= {figure_id(id_, name): value for name, value in (*one.quantities.items(), *one.components.items())}
        if id_ in study.model.at_load:
            found[figure_id(id_, AT_LOAD)] = study.model.at_load[id_]
    return found


def _data(
    study: Study, traced: Mapping[str, Quantity], leaves: Mapping[str, Leaf], model: Script, score: Script
) -> dict[str, Any]:
    settable, said = study.scenario.leaves().keys(), Texts()
    return {
        "file": inputs_file(study),
        "scenario": study.scenario.id,
        "kernel": dict(model.data),
        "score": dict(score.data),
        "leaves": [_leaf(leaf, settable, said) for leaf in leaves.values()],
        "said": said.known,
        "outputs": {name: [place, scale_of(name, value)] for place, (name, value) in enumerate(traced.items())},
        "offers": [
            {"id": id_, "name": names_of(study.scenario)[id_], "later": id_ not in study.choices} for id_ in study.costs
        ],
        "columns": list(study.columns),
        "also": [name for name in map(partial(figure_id, next(iter(study.costs))), PERCENTILE_COSTS) if name in traced],
        "headline": study.headline,
        "unit": unit_text(unit_of_answer(study)),
        "probability": CHEAPEST,
        "margin": MARGIN,
        "utilization": UTILIZATION,
        "never": NEVER,
        "draws": DRAWS,
        "joint": _joint(study, leaves),
        "block": BLOCK,
        "share": SHARE,
        "ends": TWO_SIDED_90,
    }


def scale_of(name: str, value: Quantity) -> float:
    """Return what turns a figure into the unit in which comparisons print it."""
    unit = OUTPUT_UNITS.get(name.rpartition(".")[2])
    return float((1.0 * value.units).to(unit).magnitude) if unit else 1.0


def _leaf(leaf: Leaf, settable: Container[str], said: Texts) -> dict[str, Any]:
    """Return what is known of an input; `said` keeps the words of its limits, of which many have the same."""
    unit, fact = f"{leaf.value.units}", leaf.origin
    found: dict[str, Any] = {
        "name": leaf.name,
        "value": float(leaf.value.magnitude),
        "unit": unit_text(f"{leaf.value.units:~C}"),
    }
    if (plain := f"{leaf.value.units:~C}") != found["unit"]:
        found["plain"] = plain  # as files have it
    if leaf.name not in settable:
        found["fixed"] = True  # a constant of the model, or what a search found: no file of a scenario has it
    if isinstance(fact, Fact) and fact.attribute is not None:
        limits = _limits(fact.attribute, unit)
        found["limits"] = [[side, limit, said.place(words)] for side, limit, words in limits]
    if is_uncertain(leaf):
        found["range"] = _range(leaf)
    return found


def _range(leaf: Leaf) -> list[float | None]:
    """Return value and ends of an input, and its ceiling and floor, if it has them."""
    one = Marginal.of(leaf)
    ends = (None if abs(end) == inf else end for end in (one.ceiling, one.floor))
    return [one.best, one.low, one.high, *ends]


def _joint(study: Study, leaves: Mapping[str, Leaf]) -> dict[str, Any]:
    """Return what is drawn, by the seeds of its names, and what the inputs make of it: the draws of `draws.py`."""
    ranged = [leaf for leaf in leaves.values() if is_uncertain(leaf)]
    joint = Joint.of(ranged, links_of(study.scenario, ranged))
    place = {name: number for number, name in enumerate(joint.names)}
    loadings = {link.loading.name: link.loading for links in joint.links.values() for link in links}
    return {
        "seed": SEED,
        "draws": DRAWS,
        "block": DRAWN_BLOCK,
        "levels": LEVELS,
        "words": [_words(number_of(name)) for name in joint.names],
        "leaves": [
            {
                "name": leaf.name,
                "links": [[place[link.factor], place[link.loading.name]] for link in joint.links.get(leaf.name, ())],
            }
            for leaf in joint.leaves
        ],
        "loadings": [{"place": place[name], "range": _range(leaf)} for name, leaf in loadings.items()],
    }


def _words(number: int) -> list[int]:
    """Return a number as words of 32 bits, the lowest first, as NumPy reads a seed."""
    low, high = number & 0xFFFFFFFF, number >> 32
    return [low, high] if high else [low]


def _limits(attribute: Attribute, unit: str) -> Iterator[list[Any]]:
    """Yield the limits of an attribute's table: on which side of which number a value is wrong, and the words then.

    They say no key of a file: the page puts what it calls the input before them.
    """
    named = replace(attribute, key="it")
    ends = {
        "<": 0.0 if not attribute.signed else None,
        "<=": 0.0 if attribute.positive else None,
        ">": attribute.most if attribute.most is not None else 1.0 if attribute.share else None,
    }
    ends["<"] = attribute.least if attribute.least is not None else ends["<"]
    for side, limit in ends.items():
        if limit is None:
            continue
        beyond = {"<": limit - abs(limit) / 2 - 1e-9, "<=": limit, ">": 2 * limit + 1e-9}[side]
        words = out_of_bounds(named, "{}", quantity(beyond, attribute.unit or "1").to(unit))
        yield [side, float(quantity(limit, attribute.unit or "1").to(unit).magnitude), words]
    if attribute.whole or attribute.type == "count":
        yield ["whole", 0.0, out_of_bounds(named, "{}", quantity(1.5, unit))]
