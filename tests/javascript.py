"""Emitted JavaScript, run in the Node that comes with Playwright."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from costmodel.formula.javascript import Script, operations

Array = npt.NDArray[np.float64]

ALL = """
for (const {source, data, rows, inputs, few} of JOBS) {
  const kernel = costmodelKernel(source, data, rows, few);
  const found = kernel(inputs.map((one) => Float64Array.from(one)));
  console.log(JSON.stringify([found.outputs.map((one) => Array.from(one, String)), found.reasons]));
}
"""


def ran(
    jobs: Sequence[tuple[Script, Mapping[str, Array]]], few: Sequence[bool] = ()
) -> list[tuple[dict[str, Array], list[Any]]]:
    """Return, for each script and its columns of inputs, the outputs by name and what was refused: (row, message).

    Of those jobs that are asked for `few`, the first outputs alone.
    """
    asked = few or [False] * len(jobs)
    texts = [_job(script, columns, few=one) for (script, columns), one in zip(jobs, asked, strict=True)]
    program = f"{operations()}\nconst JOBS = [{','.join(texts)}];\n{ALL}"
    done = subprocess.run([node(), "-"], input=program, capture_output=True, text=True, check=False, timeout=120)
    assert not done.stderr, done.stderr[-2000:]
    found = []
    for (script, _), line in zip(jobs, done.stdout.splitlines(), strict=True):
        outputs, reasons = json.loads(line)
        arrays = (np.array([float(text.replace("Infinity", "inf")) for text in one]) for one in outputs)
        found.append((dict(zip(script.outputs, arrays, strict=False)), reasons))
    return found


def node() -> str:
    """Return a Node: that of Playwright, or the machine's; without one, skip on a desk and fail in CI."""
    spec = find_spec("playwright")
    own = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    path = str(own) if own and own.is_file() else shutil.which("node")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Node on this machine")
    return str(path)


def _job(script: Script, columns: Mapping[str, Array], *, few: bool) -> str:
    arrays = [np.atleast_1d(array) for array in np.broadcast_arrays(*columns.values())] if columns else [np.zeros(1)]
    given = [array.tolist() for array in arrays] if columns else []
    data = json.dumps(dict(script.data))
    return (
        f"{{source:{script.source},data:{data},rows:{len(arrays[0])},inputs:{json.dumps(given)},few:{json.dumps(few)}}}"
    )
