"""A trace of requests, replayed on one deployment: what each of them sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from costmodel.analysis.checked import checked_setup, lengths_of
from costmodel.domain.workload import Deployment
from costmodel.performance.machine.setup import ONE, Setup
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.interval import prediction_interval
from costmodel.performance.service.simulation import Seen, replay, step_times
from costmodel.performance.service.trace import ARRIVAL, OUTPUT, PROMPT, Trace, read_trace
from costmodel.performance.service.traffic import usual_traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

UNITS = {
    ARRIVAL: "s",
    PROMPT: "token",
    OUTPUT: "token",
    "time_to_first_token": "s",
    "time_per_output_token": "s",
}


@dataclass(frozen=True)
class Replay:
    """A trace on one deployment, step by step."""

    setup: Setup
    trace: Trace

    @cached_property
    def seen(self) -> Seen:
        """What each request sees, in the order in which they came."""
        prompt, output = lengths_of(self.trace.prompts.mean(), self.trace.outputs.mean())
        flow = Flow(self.setup, prompt, output, ONE, usual_traffic(self.setup.constants))
        return replay(flow, step_times(flow), self.trace)

    @property
    def interval(self) -> tuple[float, float]:
        """Factors on the speed between which 80% of measurements lie."""
        return prediction_interval(self.setup)

    @property
    def end(self) -> float:
        """Seconds from the first request until the last token."""
        later = self.seen.time_per_output_token * (self.trace.outputs - 1)
        ends = pd.Series(self.trace.arrivals + self.seen.time_to_first_token).add(pd.Series(later), fill_value=0.0)
        return float(ends.max())

    @property
    def output_rate(self) -> float:
        """Tokens that are written per second over the whole trace."""
        return float(self.trace.outputs.sum()) / self.end

    def frame(self) -> pd.DataFrame:
        """Return one row per request: when it came, its lengths, and its latencies in seconds."""
        columns = (self.trace.arrivals, self.trace.prompts, self.trace.outputs)
        both = (self.seen.time_to_first_token, self.seen.time_per_output_token)
        found = pd.DataFrame(dict(zip(UNITS, (*columns, *both), strict=True)))
        found.attrs["units"] = UNITS
        return found


def replay_trace(catalog: Catalog, model: str, accelerator: str, deployment: Deployment, file: str | Path) -> Replay:
    """Return a trace file replayed on one replica; Infeasible where its longest request does not fit."""
    trace = read_trace(Path(file))
    if trace.cached_share:
        deployment = deployment.with_leaves(cached_prompt_share=quantity(trace.cached_share))
    longest = int((trace.prompts + trace.outputs).argmax())
    lengths = lengths_of(trace.prompts[longest], trace.outputs[longest])
    return Replay(checked_setup(catalog, model, accelerator, deployment, *lengths), trace)
