"""A lever: a named set of changes of a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from costmodel.specs.record import Record


@dataclass(frozen=True)
class Lever:
    """Inputs and the values that they get: texts as files have them, "+20%" of today's, or lists of ids."""

    name: str
    title: str
    reason: str
    change: Mapping[str, object] = field(default_factory=dict)
    place: str = field(default="", compare=False)


def levers_from(record: Record) -> tuple[Lever, ...]:
    """Return the levers of a scenario, in the order of its file."""
    return tuple(
        Lever(name, one["title"], one["reason"], one["change"], record.place(f"levers.{name}"))
        for name, one in record.values.get("levers", {}).items()
    )
