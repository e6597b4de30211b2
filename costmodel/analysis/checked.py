"""What a user names and asks for, found and checked before anything is computed."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from pathlib import Path

from costmodel.domain.accelerator_names import Accelerators
from costmodel.domain.architecture import Architecture
from costmodel.domain.architecture_names import Architectures, published
from costmodel.domain.hardware import Accelerator
from costmodel.domain.workload import Deployment
from costmodel.errors import CostModelError, Infeasible, unknown
from costmodel.performance.layout.layouts import check_split, fewest_accelerators
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.memory import (
    check_context,
    holds_a_request,
    memory_for_cache,
    weights_on_accelerator,
)
from costmodel.performance.machine.number_types import STORED
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.software import SOFTWARE
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity


def check_types(precisions: Iterable[str]) -> None:
    """Refuse what is no number type of weights."""
    if wrong := [one for one in precisions if one not in tuple(STORED)]:
        raise unknown("number type", wrong[0], STORED)


def check_framework(name: str) -> None:
    """Refuse what is no software for serving."""
    if name not in tuple(SOFTWARE):
        raise unknown("framework", name, SOFTWARE)


def lengths_of(prompt: float, output: float) -> tuple[Quantity, Quantity]:
    """Return the tokens of a prompt and an answer, each at least one."""
    if wrong := [count for count in (prompt, output) if not 1 <= count < inf]:
        msg = f"A prompt and an answer have at least one token each, not {wrong[0]:g}"
        raise CostModelError(msg)
    return quantity(float(prompt)), quantity(float(output))


def checked_setup(
    catalog: Catalog, model: str, accelerator: str, deployment: Deployment, prompt: Quantity, output: Quantity
) -> Setup:
    """Return a model on an accelerator in a deployment that software can run and that holds at least one request."""
    setup = Setup(find_model(catalog, model), find_accelerator(catalog, accelerator), deployment, load_constants())
    check_split(setup)
    check_context(setup.model, prompt, output)
    if not bool(holds_a_request(setup, prompt, output)):
        raise Infeasible(_why_not(setup, prompt, output))
    return setup


def _why_not(setup: Setup, prompt: Quantity, output: Quantity) -> str:
    what = f"{setup.model.name} in {setup.deployment.precision}"
    where = f"{setup.replica.magnitude:g} of {setup.accelerator.name}"
    free = memory_for_cache(setup)
    short = f"{weights_on_accelerator(setup).to('GB').magnitude:.3g} GB of weights on each of"
    reason = (
        f"{what} does not fit on {where}: {short} {setup.accelerator.memory_capacity.to('GB').magnitude:.4g} GB"
        if free.magnitude <= 0
        else f"{what} fits on {where}, but not the cache of a request of {prompt.magnitude:g} tokens in and "
        f"{output.magnitude:g} out beside it"
    )
    enough = fewest_accelerators(setup, prompt, output)
    advice = f"the fewest that hold it are {enough}" if enough else "no layout of up to 64 x 8 accelerators holds it"
    return f"{reason}; {advice}, or use a narrower number type"


def find_model(catalog: Catalog, name: str) -> Architecture:
    """Return a model by id, alias or path of a published config.json."""
    path = Path(name)
    if path.suffix == ".json" and path.is_file():
        stem = path.stem.removesuffix("_config")
        label = stem.replace("--", "/") if stem != "config" else path.resolve().parent.name
        return published(path, label.lower(), label)
    return Architectures(catalog).find(name)


def find_accelerator(catalog: Catalog, name: str) -> Accelerator:
    """Return an accelerator by id or alias."""
    return Accelerators(catalog).find(name)
