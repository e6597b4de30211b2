"""Kernels as JavaScript: what NumPy gives, bounds in the formula's own words, nothing from users in the text."""

from __future__ import annotations

import re

import numpy as np
import pytest

import costmodel as cm
from costmodel.analysis.draws import together, uncertain_leaves
from costmodel.errors import FormulaError
from costmodel.formula import Graph, compile_numpy, formula
from costmodel.formula.javascript import compile_javascript
from costmodel.formula.ops import ceil, exp, expm1, floor, log, log1p, maximum, minimum, power, sqrt, where
from costmodel.units import Quantity, quantity
from tests.javascript import ran

RELATIVE = 1e-15


def _exact(x: Quantity, y: Quantity) -> Quantity:
    """Return a value made with the operations that round alike everywhere."""
    return where(x < y, floor(x * 3) + ceil(y * 3), maximum(x, y) - minimum(x, 2 * y)) * x / y + where(y <= x, -x, y)


@pytest.mark.parametrize("name", ["copilot", "coreweave-contract", "gpt3-training"])
def test_javascript_gives_what_numpy_gives(name: str) -> None:
    """Every quantity and component of every offer agrees over draws of all inputs with a range, all leaves open."""
    model = cm.load(name).model
    outputs = {
        f"{id_} {key}": value for id_, one in model.costs.items() for key, value in (*one.quantities.items(), *one.components.items())
    }
    leaves = list(model.inputs)
    drawn = together(uncertain_leaves(outputs.values()), 300)
    columns = {leaf: drawn.get(leaf, np.full(300, model.inputs[leaf].value.magnitude)) for leaf in leaves}
    ((found, refused),) = ran([(compile_javascript(outputs, leaves), columns)])
    wanted = compile_numpy(outputs, leaves).mark(**columns)
    for key, numbers in wanted.items():
        np.testing.assert_array_equal(np.isnan(found[key]), np.isnan(numbers), key)
        np.testing.assert_allclose(found[key], numbers, rtol=RELATIVE, atol=0, err_msg=key)


