"""Attributes that files of every kind may have."""

from __future__ import annotations

from typing import Any

from costmodel.specs.attribute import Attribute

SHORTEST = 0.05
"""Years that a life, a term or a question takes at least: all are whole months, and less would be none."""

NAME = Attribute("name", "Name that people read in tables and charts", "text", required=True)
NOTE = Attribute("note", "Remark for readers of the file", "text")


def assumed(key: str, description: str, unit: str = "1", **bounds: Any) -> Attribute:
    """Return a row of what costmodel/domain/assumptions.toml gives where a scenario leaves it out."""
    return Attribute(key, description, unit=unit, default="domain/assumptions.toml", **bounds)
