"""Every kind of spec file; what each may say stands in `costmodel/specs/tables/`."""

from __future__ import annotations

from costmodel.specs.tables.architectures import ARCHITECTURE
from costmodel.specs.tables.hardware import ACCELERATOR, SITE, SYSTEM
from costmodel.specs.tables.offers import LESSOR, PURCHASE, RENTAL
from costmodel.specs.tables.program import PROGRAM
from costmodel.specs.tables.questions import SCENARIO
from costmodel.specs.tables.silicon import MEMORY, PACKAGING, PROCESS
from costmodel.specs.tables.token_api import API

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
    API,
    LESSOR,
    ARCHITECTURE,
    SCENARIO,
)
KINDS = {kind.name: kind for kind in _ALL}
SYSTEM_KINDS = ("purchase", "rental", "program")
"""Ways to get the hours of systems."""

OFFER_KINDS = (*SYSTEM_KINDS, "api")

__all__ = ["KINDS", "OFFER_KINDS", "SCENARIO", "SYSTEM_KINDS"]
