"""Compiled kernels: buffers used again, rows in chunks, any shape, clear errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.errors import FormulaError, UnknownName
from costmodel.formula import Graph, Kernel, compile_numpy
from costmodel.formula.numpy_kernel import CHUNK
from costmodel.formula.ops import ceil, exp, expm1, floor, log, log1p, maximum, minimum, power, sqrt, where
from costmodel.units import Quantity, quantity


def _everything(x: Quantity, y: Quantity) -> Quantity:
    """Return a value made with every operation."""
    smooth = exp(-x) + expm1(x / 10) + log(y) + log1p(x) + sqrt(y) + power(y, x / 10)
    stepped = floor(x * 3) + ceil(y * 3) + maximum(x, y) - minimum(x, 2 * y)
    return where(x < y, smooth, stepped) * x / y + where(y <= x, -x, y)


@pytest.fixture(scope="module")
def kernel() -> Kernel:
    """Return a kernel of two varying leaves that uses every operation."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(1.0)), graph.leaf("y", quantity(2.0))
    return compile_numpy({"z": _everything(x, y), "x": x, "one": x * 0 + 1}, ["x", "y"])


@pytest.mark.parametrize("rows", [0, 1, 2, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 7])
def test_any_number_of_rows_gives_what_numpy_gives(kernel: Kernel, rows: int) -> None:
    """Chunks meet without a seam, and no row is computed from another's buffer."""
    x, y = np.linspace(0.1, 9.0, rows), np.linspace(7.0, 0.2, rows)
    result = kernel(x=x, y=y)
    assert result["z"].shape == (rows,)
    np.testing.assert_allclose(result["z"], _everything(quantity(x), quantity(y)).magnitude, rtol=1e-13)
    np.testing.assert_array_equal(result["x"], x)


@pytest.mark.parametrize("shape", [(), (1,), (3, 1), (1, 4), (3, 4), (2, 3, 4)])
def test_inputs_of_any_shape_broadcast(kernel: Kernel, shape: tuple[int, ...]) -> None:
    """Numbers, rows, columns and tables may be mixed."""
    x = np.full(shape, 1.5)
    result = kernel(x=x, y=2.5)["z"]
    assert result.shape == shape
    np.testing.assert_allclose(result, _everything(quantity(1.5), quantity(2.5)).magnitude, rtol=1e-13)


def test_buffers_are_used_again(kernel: Kernel) -> None:
    """Far fewer buffers than operations are needed."""
    operations = len(kernel.program.calls)
    assert operations > 20
    assert kernel.program.buffers <= operations / 3


def test_inputs_are_not_written_to(kernel: Kernel) -> None:
    """A kernel leaves the caller's arrays as they are."""
    x, y = np.linspace(1, 2, 5), np.linspace(2, 3, 5)
    kernel(x=x, y=y)
    np.testing.assert_array_equal(x, np.linspace(1, 2, 5))
    np.testing.assert_array_equal(y, np.linspace(2, 3, 5))


def test_two_calls_do_not_share_results(kernel: Kernel) -> None:
    """A second call does not overwrite what the first returned."""
    first = kernel(x=1.0, y=2.0)["z"]
    kept = first.copy()
    kernel(x=5.0, y=3.0)
    assert first == kept


@given(rows=st.integers(0, 5), value=st.floats(0.1, 9.0))
def test_every_row_stands_alone(kernel: Kernel, rows: int, value: float) -> None:
    """Equal inputs in all rows give equal outputs in all rows."""
    result = kernel(x=np.full(rows, value), y=2.0)["z"]
    assert np.all(result == kernel(x=value, y=2.0)["z"])


def test_leaves_that_do_not_vary_become_constants() -> None:
    """Only the named leaves are inputs; the others keep their values."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(1.0)), graph.leaf("y", quantity(2.0))
    kernel = compile_numpy({"z": x * y + sqrt(y)}, ["x"])
    assert kernel.inputs == ("x",)
    assert kernel(x=3.0)["z"] == 6.0 + np.sqrt(2.0)
    assert "sqrt" not in {call.operation for call in kernel.program.calls}


def test_a_kernel_without_inputs_is_a_number() -> None:
    """With nothing to vary, the answer is computed while compiling."""
    x = Graph().leaf("x", quantity(4.0, "USD"))
    assert compile_numpy({"z": x * 2}, [])()["z"] == 8.0


def test_outputs_name_their_units() -> None:
    """Inputs are in the units of their leaves, outputs in those of the traced quantities."""
    power = Graph().leaf("power", quantity(2.0, "kW"))
    kernel = compile_numpy({"energy": power * quantity(3.0, "hour")}, ["power"])
    assert kernel(power=5.0)["energy"] == 15.0
    assert quantity(1.0, kernel.units["energy"]).is_compatible_with("kWh")


def test_an_unknown_leaf_gets_a_suggestion() -> None:
    """Varying what the outputs do not depend on is an error, with the leaf that was probably meant."""
    x = Graph().leaf("price", quantity(1.0))
    with pytest.raises(UnknownName, match='Did you mean "price"'):
        compile_numpy({"z": x * 2}, ["pirce"])


@pytest.mark.parametrize("leaves", [{}, {"x": 1.0}, {"x": 1.0, "y": 2.0, "w": 3.0}])
def test_missing_and_extra_inputs_are_refused(kernel: Kernel, leaves: dict[str, float]) -> None:
    """A kernel takes its inputs, all of them, and no others."""
    with pytest.raises(UnknownName, match="input of this kernel"):
        kernel(**leaves)


def test_untraced_quantities_are_refused() -> None:
    """What was not traced cannot be compiled."""
    with pytest.raises(FormulaError, match=r"Graph\.leaf"):
        compile_numpy({"z": quantity(3.0)}, [])
