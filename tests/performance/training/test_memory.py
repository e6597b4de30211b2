"""Memory of training against what was published: what was run fits, what failed is refused, parts are as reported."""

from __future__ import annotations

import pytest

from costmodel.calibration.accuracy.architectures import from_columns
from costmodel.calibration.accuracy.training_rows import measured_setups
from costmodel.domain.hardware import load_accelerator
from costmodel.domain.workload import Deployment, TrainingRun
from costmodel.performance.layout.training import room
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import train
from costmodel.performance.training.case import case_of
from costmodel.performance.training.memory import training_memory
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.rows import read_rows
from costmodel.units import Quantity, magnitude, quantity

CATALOG, CONSTANTS = Catalog(), load_constants()
GIBIBYTE = 2.0**30
CONTRADICTED = {
    # states neither sharded weights nor stages, with 70 billion weights on 64 accelerators: 4 bytes each fill them
    "tr-mbridge26.02.01-llama-3-70b-gb300-n64-nvfp4",
    # 12% too much: its recipe, which keeps something narrower or elsewhere, is not in the table
    "tr-tpurec-tpu-v6e-llama-3.1-70b-n32",
}


def setup(columns: dict[str, float], chip: str, run: TrainingRun, **layout: object) -> tuple[Setup, TrainingRun]:
    """Return a GPT of so many layers and such a width in a layout; fields that are not given are one."""
    model = from_columns({"model": "published", "gated_mlp": 0, "tied_embeddings": 1, **columns})
    numbers = {"tensor_parallel": 1, "pipeline_parallel": 1, "micro_batch": 1} | layout
    leaves = {name: quantity(float(one)) for name, one in numbers.items() if isinstance(one, (int, float))}
    words = {name: one for name, one in layout.items() if isinstance(one, str)}
    deployment = Deployment(id="d", name="d", precision="fp16", **{"framework": "megatron", **words}, **leaves)  # type: ignore[arg-type]
    return Setup(model, load_accelerator(CATALOG, chip), deployment, CONSTANTS), run


def steps_of(sequences: float, length: float, accelerators: float) -> TrainingRun:
    """Return a run whose steps have so many sequences."""
    return TrainingRun(
        id="r",
        name="r",
        tokens=quantity(sequences * length, "token"),
        batch=quantity(sequences * length, "token"),
        sequence_length=quantity(length, "token"),
        accelerators=quantity(accelerators, "accelerator"),
        goodput=quantity(1.0),
    )


@pytest.mark.parametrize(
    ("layers", "hidden", "heads", "stages", "parts", "micro", "sequences", "states", "activations"),
    [
        (48, 6144, 64, 1, 1, 4, 4, 45.5625, 9.5625),
        (96, 12288, 96, 8, 3, 1, 64, 45.5625, 12.3516),
        (105, 20480, 128, 35, 3, 1, 280, 31.6406, 23.0762),
        (128, 25600, 160, 64, 1, 1, 512, 32.9590, 26.5625),
    ],
)
def test_parts_agree_with_those_of_megatron(
    layers: int,
    hidden: int,
    heads: int,
    stages: int,
    parts: int,
    micro: int,
    sequences: int,
    states: float,
    activations: float,
) -> None:
    """States within 4% and activations within 8% of those published, in GiB, of models of 22 to 1008 billion weights.

    Source: Korthikanti and others, arXiv 2205.05198, figure 1 (sequence parallel, attention computed again), as read
    for the validation of Calculon.
    """
    shape = {"layers": layers, "hidden": hidden, "heads": heads, "head_dim": hidden / heads, "vocab": 51200}
    asked, run = setup(
        shape | {"ffn": 4 * hidden},
        "nvidia/a100-sxm4-80gb",
        steps_of(sequences, 2048, 8 * stages),
        tensor_parallel=8,
        pipeline_parallel=stages,
        virtual_stages=parts,
        micro_batch=micro,
        recompute="selective",
    )
    found = {name: float(magnitude(one, "byte")) / GIBIBYTE for name, one in _memory(asked, run).items()}
    assert found["total"] - found["activations"] == pytest.approx(states, rel=0.04)
    assert found["activations"] == pytest.approx(activations, rel=0.08)


def _memory(asked: Setup, run: TrainingRun) -> dict[str, Quantity]:
    return training_memory(case_of(asked, run), CONSTANTS)


ZERO = {"layers": 36, "hidden": 4096, "heads": 32, "head_dim": 128, "ffn": 16384, "vocab": 50257}
"""7.5 billion weights, as in the figure."""


@pytest.mark.parametrize(("sharding", "published"), [("none", 120.0), ("optimizer", 31.4), ("gradients", 16.6)])
def test_what_copies_share_agrees_with_zero(sharding: str, published: float) -> None:
    """GB of states of a model of 7.5 billion weights in 64 copies, within 3%.

    Source: Rajbhandari and others, ZeRO, arXiv 1910.02054, figure 1.
    """
    asked, run = setup(
        ZERO, "nvidia/v100-sxm2-32gb", steps_of(64, 1024, 64), sharding=sharding, framework="deepspeed-zero"
    )
    found = _memory(asked, run)
    states = found["total"] - found["activations"] - found["buffers"]
    assert float(magnitude(states, "GB")) == pytest.approx(published, rel=0.03)


@pytest.mark.parametrize(
    ("shape", "accelerators", "layout"),
    [
        # GPT-2 of 1.5 billion weights, 32 sequences of 1,024 tokens on one V100, all activations kept (section 3)
        ({"layers": 48, "hidden": 1600, "heads": 25, "head_dim": 64, "ffn": 6400}, 1, {"micro_batch": 32}),
        # 7.5 billion weights in copies that share nothing (figure 1): 120 GB
        (ZERO, 64, {"sharding": "none", "recompute": "full"}),
    ],
)
def test_what_failed_is_refused(shape: dict[str, float], accelerators: float, layout: dict[str, object]) -> None:
    """Layouts that do not fit on V100 of 32 GB by the authors of ZeRO (arXiv 1910.02054) are found not to fit."""
    run = steps_of(32 * accelerators, 1024, accelerators)
    asked, run = setup({"vocab": 50257, **shape}, "nvidia/v100-sxm2-32gb", run, framework="deepspeed-zero", **layout)
    assert train(asked, run).memory > room(asked)


@pytest.mark.parametrize(("accelerators", "fits"), [(560, False), (640, True)])
def test_what_its_authors_had_to_spread_further_is_refused(accelerators: float, fits: bool) -> None:
    """MT-NLG 530B in ZeRO-3, four sequences each, did not fit on 560 A100, and ran on 640.

    Source: Narayanan and others, arXiv 2104.04473, table 2.
    """
    shape = {"layers": 105, "hidden": 20480, "heads": 128, "head_dim": 160, "ffn": 81920, "vocab": 51200}
    run, layout = steps_of(4 * accelerators, 2048, accelerators), {"micro_batch": 4, "recompute": "full"}
    asked, run = setup(shape, "nvidia/a100-sxm4-80gb", run, sharding="full", framework="deepspeed-zero", **layout)
    assert bool(train(asked, run).memory <= room(asked)) == fits


def test_what_was_run_fits() -> None:
    """Every measured layout fits; one that does not state what it computes again does so with all of it."""
    rows = read_rows(data_folder("hardware") / "measurements" / "training_throughput.csv")
    found = measured_setups(rows, CATALOG, CONSTANTS, recompute_unstated="full")
    assert len(found) == len(rows)
    over = {str(rows.loc[index, "id"]) for index, (one, run) in found.items() if train(one, run).memory > room(one)}
    assert over == CONTRADICTED
