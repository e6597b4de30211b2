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
for (const {source, data, rows, inputs} of JOBS) {
  const found = costmodelKernel(source, data, rows)(inputs.map((one) => Float64Array.from(one)));
  console.log(JSON.stringify([found.outputs.map((one) => Array.from(one, String)), found.reasons]));
}
"""


AGAIN = """
const [{source, data, rows, inputs}] = JOBS, half = rows / 2;
const again = costmodelAgain(source, data, {inputs: inputs.length, rows: half, parts: 2, steered: STEERED});
for (const changes of [{}, ...STEPS]) {
  for (const [place, one] of Object.entries(changes)) inputs[place] = one;
  const {moving, run} = again(Object.keys(changes).map(Number)), found = moving.map(() => []);
  for (const part of [0, 1]) {
    const outputs = run(part, inputs.map((one) => Float64Array.from(one.slice(half * part, half * (part + 1)))));
    moving.forEach((place, k) => found[k].push(...Array.from(outputs[place], String)));
  }
  console.log(JSON.stringify([moving, found]));
}
"""


def ran(jobs: Sequence[tuple[Script, Mapping[str, Array]]]) -> list[tuple[dict[str, Array], list[Any]]]:
    """Return, for each script and its columns of inputs, the outputs by name and what was refused: (row, message)."""
    found = []
    for (script, _), (outputs, reasons) in zip(jobs, _printed(jobs, ALL), strict=True):
        found.append((dict(zip(script.outputs, map(_numbers, outputs), strict=True)), reasons))
    return found


def ran_again(
    script: Script, columns: Mapping[str, Array], steered: Sequence[str], steps: Sequence[Mapping[str, Array]]
) -> list[dict[str, Array]]:
    """Return those of the first outputs that move, at columns of inputs and after each step: columns that change."""
    places = {name: place for place, name in enumerate(columns)}
    changes = [{places[name]: column.tolist() for name, column in step.items()} for step in steps]
    given = f"const STEERED = {[places[name] for name in steered]}, STEPS = {json.dumps(changes)};"
    found = _printed([(script, columns)], given + AGAIN)
    return [{script.outputs[place]: _numbers(one) for place, one in zip(*line, strict=True)} for line in found]


def _printed(jobs: Sequence[tuple[Script, Mapping[str, Array]]], program: str) -> list[Any]:
    texts = [_job(script, columns) for script, columns in jobs]
    whole = f"{operations()}\nconst JOBS = [{','.join(texts)}];\n{program}"
    done = subprocess.run([node(), "-"], input=whole, capture_output=True, text=True, check=False, timeout=120)
    assert not done.stderr, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def _numbers(texts: Sequence[str]) -> Array:
    return np.array([float(text.replace("Infinity", "inf")) for text in texts])


def node() -> str:
    """Return a Node: that of Playwright, or the machine's; without one, skip on a desk and fail in CI."""
    spec = find_spec("playwright")
    own = Path(spec.origin).parent / "driver" / "node" if spec and spec.origin else None
    path = str(own) if own and own.is_file() else shutil.which("node")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Node on this machine")
    return str(path)


def _job(script: Script, columns: Mapping[str, Array]) -> str:
    arrays = [np.atleast_1d(array) for array in np.broadcast_arrays(*columns.values())] if columns else [np.zeros(1)]
    given = [array.tolist() for array in arrays] if columns else []
    data = json.dumps(dict(script.data))
    return f"{{source:{script.source},data:{data},rows:{len(arrays[0])},inputs:{json.dumps(given)}}}"
