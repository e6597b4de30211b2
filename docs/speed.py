"""Writes docs/speed.md: how many deployments and draws a second are computed, beside what other models do.

python docs/speed.py        under a minute; figures depend on the machine, so that a changed page is no fault
"""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
PAGE = HERE / "speed.md"

HEAD = """# How fast a search is

<!-- Made by `python docs/speed.py`: change the code, then run it. -->

A search asks for every combination of number type, parallelism and requests in flight. All of them go through the
formulas at once, as arrays; the plain loop calls the same formulas for one deployment at a time, units checked each
time, on a sample: most of its time goes into checking units. Both ran in one process, one after the other, and gave
the same answers (`python tests/benchmarks/search.py`).

"""

DECISION_HEAD = """
## How fast a decision is

All offers of `maia` over joint draws of all its ranged inputs, through one compiled kernel; and the same formulas with
quantities, units checked each time, one draw after the other, with the same answers
(`python tests/benchmarks/decision.py`). Where processes can be copied (Linux), each core draws and
computes its own chunks. Others used the machine too, so that no time of the clock is given. A million draws in parts
(`study.samples`) hold 230 MB, a decision from a million 480 MB.

| question | draws | processor seconds | draws in one | times as fast |
|---|---|---|---|---|
"""

TRAINING_HEAD = """
## How fast layouts of training are searched

Every split with every kind of recomputation and sharding: those that cannot run are counted by reason, all others go
through the formulas at once, which give the same answers one by one (`python tests/benchmarks/training.py`).

| model | layouts a second, as arrays | in a search, with its table | one by one |
|---|---|---|---|
"""

PEERS_HEAD = """
## Beside other models

Rates of others were measured on two cores in November 2026, by their own examples where they have some, except where
marked as published. They are no like for like: what one evaluation holds differs (Calculon and SimuMax model training,
aiconfigurator looks kernels up in tables), and machines differ from the one above.

| model | one evaluation | time of one | a second |
|---|---|---|---|
"""

PEERS = (
    ("Calculon", "training step of GPT-3 175B, in one process", "7.0 ms (41 to 50 as its search calls it)", "143"),
    ("Calculon", "its search: Turing-NLG 530B on 5,128 A100, 8,112 executions", "120 s in all, two processes", "68"),
    ("llm-analysis 0.2.2", "`train()`, LLaMA 65B on 2,048 A100", "12.2 ms", "82"),
    ("llm-analysis 0.2.2", "`infer()`, LLaMA 65B on 8 H100", "1.37 ms", "730"),
    ("GenZ", "prefill and decode, Llama 2 70B on 8", "301 ms", "3.3"),
    ("aiconfigurator 0.12.0", "its search: Qwen3 32B on 32 H200, 24,375 calls, 654 distinct", "12.7 s in all", "1,900"),
    ("SimuMax", "one example of Llama 3 8B with its files", "2.99 s", "0.33"),
    ("InferSim", "one decode example, whole process", "0.24 s", "4.2"),
    ("mlsysim 0.3.0", "`ServingModel.solve`, Llama 3 70B on H200", "1.89 ms", "530"),
    ("BLIS, roofline", "one experiment; published in inference-sim/sim-to-real", "2.46 s", "0.41"),
    ("Vidur", "one experiment; published there too", "8.6 s", "0.12"),
    ("LLMServingSim", "one experiment; published there too", "200 s", "0.005"),
)


def page() -> str:
    """Return the page."""
    benchmark = _benchmark("search")
    heads = ["| model | deployments a second, as arrays | one by one | times as fast |", "|---|---|---|---|"]
    speeds = [benchmark.measure(model) for model in benchmark.MODELS]
    lines = [f"| {one.model} | {_round(one.arrays)} | {_round(one.loop)} | {_round(one.ratio)} |" for one in speeds]
    said = f"{benchmark.WHOLE:,} deployments on {benchmark.ACCELERATOR}; {_machine()}."
    rows = [f"| {' | '.join(row)} |" for row in PEERS]
    return (
        HEAD
        + "\n".join([*heads, *lines])
        + f"\n\n{said}\n"
        + decision()
        + training()
        + PEERS_HEAD
        + "\n".join(rows)
        + "\n"
    )


def decision() -> str:
    """Return the section about draws and sensitivities."""
    benchmark = _benchmark("decision")
    found = benchmark.measure()
    alone = next(one.rate for one in found if one.draws == benchmark.ALONE)
    rows = [
        f"| {one.what} | {one.draws:,} | {one.processor:.2g} | {_round(one.rate)} | {_round(one.rate / alone)} |"
        if one.draws > 1
        else f"| {one.what}, of `{benchmark.SENSITIVE}` | | {one.processor:.2g} | | |"
        for one in found
    ]
    return DECISION_HEAD + "\n".join(rows) + f"\n\n{_machine()}.\n"


def training() -> str:
    """Return the section about layouts of training."""
    benchmark = _benchmark("training")
    found = [benchmark.measure(model) for model in benchmark.RUN_OF]
    rows = [f"| {one.model} | {_round(one.arrays)} | {_round(one.search)} | {_round(one.loop)} |" for one in found]
    least = min(one.arrays for one in found)
    times = ", ".join(f"{_round(least / rate)} times those of {peer}" for peer, rate in benchmark.PEERS.items())
    return TRAINING_HEAD + "\n".join(rows) + f"\n\nThe slowest of these are {times}. {_machine()}.\n"


def _benchmark(name: str) -> ModuleType:
    """Return a benchmark, which is a script and no part of the package."""
    file = HERE.parent / "tests" / "benchmarks" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"{name}_benchmark", file)
    if spec is None or spec.loader is None:
        sys.exit(f"no {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _round(value: float) -> str:
    return f"{float(f'{value:.2g}'):,.0f}"


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, one thread of NumPy"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
