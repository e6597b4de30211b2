"""Attributes that files of every kind may have."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute

NAME = Attribute("name", "Name that people read in tables and charts", "text", required=True)
NOTE = Attribute("note", "Remark for readers of the file", "text")
