"""What AI compute costs: GPU or custom chip; buy, rent or build.

>>> import costmodel as cm
>>> study = cm.load("copilot")
>>> study.compare().index[0]
'purchase/hgx-a100-80gb'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from costmodel.analysis.asking import predict, replay, search
    from costmodel.analysis.asking_size import size
    from costmodel.analysis.asking_training import search_training
    from costmodel.analysis.listing import hardware
    from costmodel.analysis.opening import load
    from costmodel.analysis.study import Study
    from costmodel.errors import CostModelError
    from costmodel.specs.catalog import Catalog
    from costmodel.units import Quantity, parse, quantity

__version__ = "0.1.0"

_HOMES = {
    "Catalog": "costmodel.specs.catalog",
    "CostModelError": "costmodel.errors",
    "Quantity": "costmodel.units",
    "Study": "costmodel.analysis.study",
    "hardware": "costmodel.analysis.listing",
    "load": "costmodel.analysis.opening",
    "parse": "costmodel.units",
    "predict": "costmodel.analysis.asking",
    "quantity": "costmodel.units",
    "replay": "costmodel.analysis.asking",
    "search": "costmodel.analysis.asking",
    "search_training": "costmodel.analysis.asking_training",
    "size": "costmodel.analysis.asking_size",
}

__all__ = [
    "Catalog",
    "CostModelError",
    "Quantity",
    "Study",
    "hardware",
    "load",
    "parse",
    "predict",
    "quantity",
    "replay",
    "search",
    "search_training",
    "size",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
