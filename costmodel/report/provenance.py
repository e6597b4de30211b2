"""Where the numbers of a page come from: inputs with sources, the steps of an answer, hashes of the files read."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from costmodel.analysis.study import Study
from costmodel.errors import MissingData
from costmodel.formula import Explanation
from costmodel.report.content import FactRow, Step
from costmodel.report.numerals import figure_of
from costmodel.specs.catalog import short_path
from costmodel.specs.fact import ASSUMPTION, Fact

STEP_DEPTH = 5


def fact_rows(study: Study) -> list[FactRow]:
    """Return every input of the answers, with its source."""
    names = study.nouns()
    rows = []
    for leaf in study.inputs().values():
        if not isinstance(leaf.origin, Fact):
            msg = f"{leaf.name} is an input without a source: a model that was built in code needs facts for a report"
            raise MissingData(msg)
        group = next(
            (id_ for id_ in sorted(names, key=len, reverse=True) if leaf.name.startswith(f"{id_}.")), study.scenario.id
        )
        rows.append(_fact(study, leaf.name, group, names.get(group, group), leaf.origin))
    return sorted(rows, key=lambda row: list(names.values()).index(row.group) if row.group in names.values() else -1)


def _fact(study: Study, leaf: str, id_: str, group: str, fact: Fact) -> FactRow:
    name = leaf.removeprefix(f"{id_}.")
    source = study.catalog.source(fact)
    unit = fact.value.units
    return FactRow(
        name=name.removeprefix("value.").replace("_", " ").replace(".", " "),
        value=float(fact.value.magnitude),
        unit=f"{unit:~C}",
        low=None if fact.low is None else float(fact.low.to(unit).magnitude),
        high=None if fact.high is None else float(fact.high.to(unit).magnitude),
        source_title="Assumption" if fact.source == ASSUMPTION else source.title,
        source_url="" if fact.source == ASSUMPTION else source.url,
        at=fact.at,
        as_of=str(fact.as_of or ""),
        confidence=fact.confidence or source.confidence,
        note=" ".join((fact.reason or fact.note).split()),
        group=group,
        leaf=leaf,
    )


def step(part: Explanation, depth: int, labels: Mapping[str, str]) -> Step:
    """Return a number of the calculation with what it was made of, a few levels deep; inputs have their labels."""
    children = part.told if depth < STEP_DEPTH else ()
    return Step(
        name=labels.get(part.name) or part.name.replace("_", " "),
        value=figure_of(part.value, digits=4),
        text=part.summary.removeprefix("Return ").rstrip("."),
        children=tuple(step(child, depth + 1, labels) for child in children),
    )


def input_hashes(study: Study) -> dict[str, str]:
    """Return the hash of every file that was read, by its path."""
    files = {leaf.origin.file for leaf in study.inputs().values() if isinstance(leaf.origin, Fact)}
    files |= {Path(study.scenario.place)}
    return {
        short_path(file): sha256(file.read_bytes()).hexdigest()[:16] for file in sorted(files) if file.suffix == ".toml"
    }
