"""The model's flow of requests with step times of a simulated engine, so that only the queueing can differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.serving import ServingResult, result_of
from costmodel.performance.service.traffic import ENDLESS, Traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity
from tests.reference.continuous_batching import Engine, Replica, Request

WAY = 0.02
"""Mean time of a request on its way to the engine, in seconds."""

STEADY = 10
"""Rounds after which the start of a run is forgotten."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """Requests of mean lengths, with the same spreads in both models; `rounds` none for a service without a start."""

    engine: Engine
    prompt: float
    output: float
    concurrency: int = 1
    prompt_spread: float = 1.0
    output_spread: float = 0.8
    rounds: int | None = None


@dataclass(frozen=True)
class Measured:
    """What a simulation showed."""

    first: Array
    per_token: Array
    rate: float
    """Requests per second."""
    preemptions: float
    """For each request."""


@dataclass(frozen=True)
class LinearFlow(Flow):
    """A flow whose steps take the time of an engine."""

    engine: Engine = field(default_factory=Engine)

    def pass_time(self, batch: Quantity, prompt: Quantity) -> Quantity:
        """Return the time of a pass of so many sequences and prompt tokens."""
        one = self.engine
        context = one.per_context * batch * (self.prompt + self.written / 2)
        return (one.fixed + one.per_sequence * batch + context + one.per_prompt * prompt) * quantity(1.0, "second")

    def host(self, batch: Quantity) -> Quantity:
        """Return no time: it is part of the engine's."""
        return 0 * batch * quantity(1.0, "second")

    @property
    def fits(self) -> Quantity:  # type: ignore[override]
        """Return the requests whose cache fits."""
        held = self.prompt + self.written * (1.0 if self.engine.reserves else 0.5)
        return np.maximum((self.engine.cache / held).magnitude, 1.0) * quantity(1.0)

    @property
    def way(self) -> Quantity:
        """Return the mean way of the simulated requests."""
        return quantity(WAY, "second")

    @property
    def steps(self) -> Quantity:
        """Return half a step: requests come at any time of one."""
        return quantity(0.5)


def predicted(case: Case, concurrency: Array | float | None = None, *, is_open: bool = False) -> ServingResult:
    """Return what the closed form says."""
    rounds = ENDLESS if case.rounds is None else quantity(float(case.rounds))
    traffic = Traffic(quantity(case.prompt_spread), quantity(case.output_spread), quantity(1.0), rounds, is_open)
    count = quantity(np.asarray(case.concurrency if concurrency is None else concurrency, dtype=float))
    lengths = quantity(case.prompt), quantity(case.output)
    return result_of(LinearFlow(_setup(case.engine), *lengths, count, traffic, case.engine))


def simulated(case: Case, arrivals: float | None = None, requests: int = 3000) -> Measured:
    """Return what the simulation shows: at a concurrency, or with random arrivals per second."""
    count = requests if arrivals else case.concurrency * (case.rounds or 4 * STEADY)
    made = list(_requests(case, count))
    replica = Replica(case.engine)
    if arrivals:
        for request, time in zip(made, np.cumsum(_draws(1).exponential(1 / arrivals, count)), strict=True):
            replica.send(request, float(time))
        replica.open()
    else:
        replica.closed(iter(made), case.concurrency)
    kept = made[count // 4 :] if case.rounds is None else made
    first = np.array([one.first - one.arrival for one in kept])
    per_token = np.array([(one.finish - one.first) / (one.output - 1) for one in kept])
    return Measured(first, per_token, count / replica.now, replica.preemptions / count)


def _requests(case: Case, count: int) -> Iterator[Request]:
    draws = _draws(0)
    prompts, outputs = (
        np.maximum(_lengths(draws, mean, spread, count), 2).round()
        for mean, spread in ((case.prompt, case.prompt_spread), (case.output, case.output_spread))
    )
    ways = draws.uniform(WAY / 2, 3 * WAY / 2, count)
    for prompt, output, way in zip(prompts, outputs, ways, strict=True):
        yield Request(float(prompt), int(output), float(way))


def _lengths(draws: np.random.Generator, mean: float, spread: float, count: int) -> Array:
    """Return lengths: even between two ends where they differ little, else of a gamma distribution."""
    if spread < 0.3:
        return draws.uniform(mean * (1 - spread * 3**0.5), mean * (1 + spread * 3**0.5), count)
    return draws.gamma(1 / spread**2, mean * spread**2, count)


def _draws(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def _setup(engine: Engine) -> Setup:
    """Return any setup whose software schedules like the engine."""
    framework = ("trtllm" if engine.reserves else "vllm") if engine.mixes else "sglang"
    catalog, constants = Catalog(), load_constants()
    own = {"chunk": quantity(engine.chunk), "prompt_overhead": quantity(engine.carrying, "second")}
    deployment = Deployment(id="d", name="d", precision="fp8", tensor_parallel=quantity(8.0), framework=framework)
    return Setup(
        load_architecture(catalog, "llama-3.1-70b"),
        load_accelerator(catalog, "nvidia/h200-sxm5-141gb"),
        deployment,
        replace(constants, value={**constants.value, **own}),
        levelled=False,
    )


def concurrency_at(case: Case, load: float) -> tuple[float, float]:
    """Return the arrivals per second at a share of the most that can be answered, and the requests then in flight."""
    tried = np.geomspace(1, 512, 2000)
    stays = np.asarray(predicted(case, tried, is_open=True).residence_time.to("second").magnitude)
    rates = tried / stays
    rate = load * float(rates.max())
    return rate, float(tried[np.argmax(rates >= rate)])
