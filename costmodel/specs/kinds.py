"""Every kind of spec file; what each may say stands in `costmodel/specs/tables/`."""

from __future__ import annotations

from costmodel.specs.tables.hardware import ACCELERATOR, MEMORY, PACKAGING, PROCESS, SITE, SYSTEM
from costmodel.specs.tables.offers import LESSOR, PROGRAM, PURCHASE, RENTAL
from costmodel.specs.tables.questions import ARCHITECTURE, SCENARIO

_ALL = (
    ACCELERATOR,
    SYSTEM,
    PROCESS,
    MEMORY,
    PACKAGING,
    SITE,
    PURCHASE,
    RENTAL,
    PROGRAM,
    LESSOR,
    ARCHITECTURE,
    SCENARIO,
)
KINDS = {kind.name: kind for kind in _ALL}
OFFER_KINDS = ("purchase", "rental", "program")

__all__ = ["KINDS", "OFFER_KINDS", "SCENARIO"]
