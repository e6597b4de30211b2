"""What ranged facts share: facts of one kind follow common factors of their source, maker and process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from costmodel.analysis.draws import Link, Links, is_uncertain
from costmodel.domain.hardware import System
from costmodel.domain.offers import Purchase
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.usual_program import OUTCOMES
from costmodel.formula.graph import Leaf
from costmodel.performance.machine.constants import read_constants

FILE = Path(__file__).with_name("correlation.toml")


@cache
def loadings(file: Path = FILE) -> dict[str, Leaf]:
    """Return how strongly facts follow what they share, by what that is: source, maker, process."""
    return {name: Leaf(f"correlation.{name}", fact.value, fact) for name, fact in read_constants(file).items()}


def links_of(scenario: Scenario, leaves: Iterable[Leaf]) -> Links:
    """Return what the ranged inputs about offers, systems and accelerators share with others of their kind, by input.

    A common factor stands for one kind of fact (price, lifetime, prediction error) and one source or maker; of amounts
    of money, also for one silicon node. It is there even where one input alone follows it, so that the draws of an
    offer stay the same whichever others stand beside it.
    """
    known, things = loadings(), _systems(scenario)
    found = {
        leaf.name: tuple(Link(factor, known[kind]) for kind, factor in _shared(things, leaf))
        for leaf in leaves
        if is_uncertain(leaf)
    }
    return {name: links for name, links in found.items() if links}


def _shared(things: Mapping[str, System], leaf: Leaf) -> Iterator[tuple[str, str]]:
    """Yield what an input may share: the kind of its loading, and the name of the common factor."""
    if leaf.name.endswith(OUTCOMES):
        return  # how one program goes says nothing of another
    id_ = max((one for one in things if leaf.name.startswith(f"{one}.")), key=len, default=None)
    if id_ is None:
        return
    chip, kind = things[id_].accelerator, leaf.name.removeprefix(f"{id_}.")
    yield "source", f"{kind} by source {leaf.origin.source}"
    yield "maker", f"{kind} by maker {chip.maker}"
    if chip.die_process and leaf.value.dimensionality.get("[currency]"):
        yield "process", f"{kind} by process {chip.die_process}"


def _systems(scenario: Scenario) -> Mapping[str, System]:
    """Return the system that a fact is about, by the id of its offer, its system or its accelerator."""
    found: dict[str, System] = {}
    for offer in scenario.offers:
        if isinstance(offer, TokenApi):
            continue  # what runs behind an API is not known
        system = offer.system
        id_ = offer.in_files if isinstance(offer, Purchase) else offer.id
        found |= {id_: system, system.id: system, system.accelerator.id: system}
    return found
