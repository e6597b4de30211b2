"""How the figures of a page were made: their trees of formulas, each step kept once however many trees it stands in."""

from __future__ import annotations

from typing import Any

from costmodel.analysis.study import Study
from costmodel.formula import Explanation
from costmodel.report.live import figure_id
from costmodel.report.numerals import figure_of

DEPTH = 7
"""Levels of a tree that are kept: below them stand facts, which the page lists."""


class Trees:
    """Steps by place, and the place of the root of each figure."""

    def __init__(self, study: Study) -> None:
        """Keep the tree of every column of the comparison, under each offer."""
        self.steps: list[list[Any]] = []
        self._known: dict[tuple[Any, ...], int] = {}
        self.roots = {
            figure_id(id_, name): self._place(study.explain(name, id_), DEPTH)
            for id_ in study.costs
            for name in study.columns
        }

    def data(self) -> dict[str, Any]:
        """Return all as plain data: a step is its name, value, words and the places of its parts."""
        return {"steps": self.steps, "roots": self.roots}

    def _place(self, part: Explanation, depth: int) -> int:
        children = tuple(self._place(child, depth - 1) for child in part.children) if depth else ()
        words = part.summary.removeprefix("Return ").rstrip(".")
        key = (part.name.replace("_", " "), figure_of(part.value, digits=4), words, children)
        if key not in self._known:
            self._known[key] = len(self.steps)
            self.steps.append([*key[:3], list(children)])
        return self._known[key]
