"""The closed list of operations that a graph may hold; each emitter translates exactly these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

LEAF = "leaf"
CONSTANT = "constant"
STEP = "step"
"""A named result of a formula: passes its one argument on."""

NUMPY: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": np.power,
    "negative": np.negative,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "exp": np.exp,
    "log": np.log,
    "expm1": np.expm1,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "floor": np.floor,
    "ceil": np.ceil,
    "less": np.less,
    "less_equal": np.less_equal,
    "where": np.where,
}
"""Operation -> the NumPy function that defines its meaning."""
