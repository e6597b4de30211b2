"""What inputs are called for people: the thing that each belongs to, and what it is of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from costmodel.analysis.study import Study
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact

_NAMED = re.compile(r"(?:costs|plans)\.([^.]+)\.[^.]+")
_CLAUSE = re.compile("[,;]")
"""What a description says after one of these is for those who write files."""


def labels_of(study: Study) -> dict[str, str]:
    """Return what every input of a study is called, by the name by which it is set."""
    nouns = _other_nouns(study)
    return {name: input_name(leaf, nouns, study.scenario.id) for name, leaf in study.model.inputs.items()}


def label_of(study: Study, leaf: Leaf) -> str:
    """Return what an input of a study is called."""
    return input_name(leaf, _other_nouns(study), study.scenario.id)


def input_name(leaf: Leaf, nouns: Mapping[str, str], own: str = "") -> str:
    """Return the name of the noun that an input belongs to and what it is of it, or what it is.

    What belongs to the question itself, whose id is `own`, is named by the table of what its file may say: "Paying
    users".
    """
    group = next((id_ for id_ in sorted(nouns, key=len, reverse=True) if leaf.name.startswith(f"{id_}.")), "")
    prefix = group or own
    words = leaf.name.removeprefix(f"{prefix}.").removeprefix("value.").replace("_", " ").replace(".", " ")
    if group:
        return f"{nouns[group]}: {words}"
    attribute = leaf.origin.attribute if isinstance(leaf.origin, Fact) else None
    if attribute is None:
        return words.capitalize()
    said = _CLAUSE.split(attribute.description)[0]
    named = _NAMED.fullmatch(leaf.name)  # one of several costs or plans, whose name a file gives
    return f"{named[1].replace('_', ' ').capitalize()}: {said[:1].lower()}{said[1:]}" if named else said


def _other_nouns(study: Study) -> dict[str, str]:
    return {id_: name for id_, name in study.nouns().items() if id_ != study.scenario.id}
