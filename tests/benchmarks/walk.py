"""The walk of a price: the rooms that it enters from its file to a table of costs, and the formulas on its way.

python tests/benchmarks/walk.py [SCENARIO] [OFFER] [PRICE]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import costmodel as cm
from costmodel.analysis.study import Study
from costmodel.formula.graph import node_of, order
from costmodel.formula.operations import LEAF, STEP

ROOT = str(Path(cm.__file__).parent)


def entered(work: Callable[[], object]) -> set[tuple[str, str]]:
    """Return file and name of every function of the project that some work enters; what has no name is not counted."""
    seen: set[tuple[str, str]] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(ROOT) and "<" not in code.co_name:
            seen.add((code.co_filename, code.co_qualname))

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return seen


def alone(scenario: str, offer: str) -> Study:
    """Return a scenario with one offer, read anew from its files."""
    study = cm.load(scenario)
    return replace(study, scenario=study.scenario.with_offers(study.scenario.offer(offer)))


def formulas(study: Study, offer: str, price: str) -> list[str]:
    """Return the formulas between a price and the figure that ranks an offer, in their order."""
    value = study.model.costs[study.scenario.offer(offer).id][study.headline]
    touched: set[int] = set()
    names: list[str] = []
    assert node_of(value) is not None
    for node in order([value]):
        if (node.operation == LEAF and node.label.name == price) or touched & {id(one) for one in node.arguments}:
            touched.add(id(node))
            if node.operation == STEP:
                names.append(node.label.formula.name)
    return names


def main(scenario: str = "copilot", offer: str = "purchase/hgx-h100", price: str = "") -> None:
    """Print how many rooms the price of an offer enters in being read and compared, and the formulas on its way."""
    alone(scenario, offer).compare()  # what is kept for later calls is no part of the walk
    rooms = entered(lambda: alone(scenario, offer).compare())
    way = formulas(alone(scenario, offer), offer, price or f"{offer}.price")
    sys.stdout.write(f"{len({file for file, _ in rooms})} files, {len(rooms)} functions\n")
    sys.stdout.write(f"{len(way)} formulas: {', '.join(dict.fromkeys(way))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
