"""How the figures of a page were made: their trees of formulas, each step kept once however many trees it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

from costmodel.analysis.input_names import labels_of
from costmodel.analysis.study import Study
from costmodel.formula import Explanation
from costmodel.report.live import figure_id
from costmodel.report.numerals import figure_of
from costmodel.report.packing import Texts

DEPTH, MOST = 7, 1_500
"""Levels of a tree that are kept, and fewer where those are more steps: below them stand facts, which are listed."""


def trees_of(study: Study) -> dict[str, Any]:
    """Return the trees of all figures as plain data, as deep as a page that can be sent holds."""
    trees, labels = study.trees(), labels_of(study)
    words: Words = {}
    kept = Trees(trees, 1, words, labels)
    for depth in range(2, DEPTH + 1):
        deeper = Trees(trees, depth, words, labels, MOST)
        if len(deeper.steps) > MOST:
            break
        kept = deeper
    return kept.data()


Words = dict[int, tuple[str, str, str]]
"""What is written of the parts of trees, by their identity."""


class Trees:
    """Steps by place, and the place of the root of each figure."""

    def __init__(
        self,
        trees: Mapping[tuple[str, str], Explanation],
        depth: int,
        words: Words,
        labels: Mapping[str, str],
        most: float = inf,
    ) -> None:
        """Keep the tree of every column of the comparison, under each offer, until there are more steps than `most`.

        `words` are those of parts already met, `labels` what inputs are called.
        """
        self._words, self._labels = words, labels
        self.steps: list[list[Any]] = []
        self._texts = Texts()
        self._known: dict[tuple[Any, ...], int] = {}
        self._seen: dict[tuple[int, int], int] = {}
        self.roots: dict[str, int] = {}
        for key, tree in trees.items():
            if len(self.steps) <= most:
                self.roots[figure_id(*key)] = self._place(tree, depth)

    def data(self) -> dict[str, Any]:
        """Return all as plain data: a step is the places of its name, value and words, and those of its parts."""
        return {"steps": self.steps, "roots": self.roots, "texts": self._texts.known}

    def _place(self, part: Explanation, depth: int) -> int:
        seen = (id(part), depth)
        if seen not in self._seen:
            self._seen[seen] = self._kept(part, depth)
        return self._seen[seen]

    def _kept(self, part: Explanation, depth: int) -> int:
        children = tuple(self._place(child, depth - 1) for child in part.told) if depth else ()
        if id(part) not in self._words:
            self._words[id(part)] = _said(part, self._labels)
        key = (*self._words[id(part)], children)
        if key not in self._known:
            self._known[key] = len(self.steps)
            self.steps.append([*map(self._texts.place, key[:3]), list(children)])
        return self._known[key]


def _said(part: Explanation, labels: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the name, the value and the words of a part."""
    words = part.summary.removeprefix("Return ").rstrip(".")
    return labels.get(part.name) or part.name.replace("_", " "), figure_of(part.value, digits=4), words
