"""Levels, and what a family, a stack and a kind of attention change about a setup."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest

from costmodel.performance.machine.levels import LEVELS, OF_FIRST, factor, keys_of, load_levels, table_of
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.step import launch_time
from costmodel.performance.service.offline import saturated
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import OUTPUT, PROMPT, served, setup

B200, SN40L = "nvidia/b200", "sambanova/sn40l"
MEASURED = setup("llama-3.1-70b", B200, 8, framework="trtllm")


def sustained(one: Setup, number_type: str = "bf16") -> float:
    """Return the share of its peak in a number type that an accelerator sustains, as a number."""
    return float(magnitude(one.sustained_peak(number_type) / one.accelerator.peak[number_type], "1"))


def test_a_level_is_the_product_of_what_its_groups_show() -> None:
    """The offsets of a setup's groups are added as logarithms of time."""
    offsets, keys = load_levels(), keys_of(MEASURED)
    for found, names in ((factor(MEASURED), LEVELS), (factor(MEASURED, OF_FIRST), OF_FIRST)):
        assert found == pytest.approx(exp(sum(offsets[name].get(keys[name], 0.0) for name in names)))
        assert found != 1


def test_engines_of_a_generation_tell_of_each_other() -> None:
    """A submission on an MI350X shares a level with one on an MI355X; served requests have none of a generation."""
    one, other = (replace(setup(chip=f"amd/mi35{end}x"), benchmark="v6.0") for end in (0, 5))
    assert keys_of(one)["generation"] == keys_of(other)["generation"] != ""
    assert keys_of(one)["accelerator"] != keys_of(other)["accelerator"]
    assert keys_of(MEASURED)["generation"] == ""


def test_what_nobody_measured_has_no_level() -> None:
    """New software on a new accelerator with a new model is predicted by the time model alone."""
    new = replace(
        setup(framework="nobodys"),
        model=replace(MEASURED.model, id="unheard-of"),
        accelerator=replace(MEASURED.accelerator, id="acme/one", maker="Acme"),
    )
    software = load_levels()["software"].get("other dense", 0.0)
    assert factor(new) == pytest.approx(exp(software))
    assert factor(new, OF_FIRST) == 1


def test_a_level_is_a_factor_on_all_times() -> None:
    """Time per token grows by the level, time to first token by a further one, and the rate follows from both."""
    bare, found = served(replace(MEASURED, levelled=False)), served(MEASURED)
    first, token = (
        magnitude(getattr(found, name) / getattr(bare, name), "1")
        for name in ("time_to_first_token", "time_per_output_token")
    )
    assert first == pytest.approx(factor(MEASURED) * factor(MEASURED, OF_FIRST))
    assert token == pytest.approx(factor(MEASURED))
    stays = [one.time_to_first_token + OUTPUT * one.time_per_output_token for one in (bare, found)]
    assert magnitude(bare.output_rate / found.output_rate, "1") == pytest.approx(magnitude(stays[1] / stays[0], "1"))


def test_queued_runs_have_the_level_of_their_table() -> None:
    """The rate of a queue falls by the level of its stack; a round of a benchmark is a table of its own."""
    one = setup("llama-3.1-70b", B200, 8, framework="trtllm-offline")
    assert (table_of(one), table_of(replace(one, benchmark="v6.0"))) == ("queued", "submitted")
    bare, found = (saturated(each, PROMPT, OUTPUT, quantity(64.0)).rate for each in (replace(one, levelled=False), one))
    assert magnitude(bare / found, "1") == pytest.approx(factor(one))


def test_types_of_one_width_share_their_levels() -> None:
    """Integers and floats of 8 bits run alike, so they belong to the same groups."""
    eight = (setup(precision=name) for name in ("fp8", "int8"))
    assert len({tuple(keys_of(one).values()) for one in eight}) == 1


def test_power_bounds_what_a_family_sustains() -> None:
    """The measured chip of a family sustains its share; one with half the power at the same peak sustains less."""
    half = replace(MEASURED, accelerator=replace(MEASURED.accelerator, power=MEASURED.accelerator.power / 2))
    exponent = float(magnitude(MEASURED.constants["power_limit"], "1"))
    assert sustained(MEASURED) == pytest.approx(1, rel=0.01)
    assert sustained(half) == pytest.approx(sustained(MEASURED) / 2**exponent)
    assert sustained(setup(chip="nvidia/l40s")) == pytest.approx(1, rel=0.01)
    assert sustained(setup("llama-3.1-8b", chip="nvidia/v100-sxm2-32gb"), "fp16") == 1  # no chip of the family tells


def test_power_bounds_each_number_type() -> None:
    """Half the bits take half the power: a B200 sustains all alike, a B300 less of a 4-bit peak of thrice 8 bits."""
    exponent = float(magnitude(MEASURED.constants["power_limit"], "1"))
    assert sustained(MEASURED, "fp4") == pytest.approx(sustained(MEASURED, "fp8"), rel=1e-3)
    more = setup(chip="nvidia/b300")
    assert sustained(more, "fp4") == pytest.approx(sustained(more, "fp8") * (2 / 3) ** exponent, rel=1e-3)
    assert sustained(setup(chip="nvidia/rtx-pro-6000-server")) > sustained(more)


def test_power_to_spare_sustains_no_more_than_the_peak() -> None:
    """An H20 has nearly four times the power for its peak that an H100 has; it computes no faster than its peak."""
    plenty = sustained(setup(chip="nvidia/h20-sxm-96gb"))
    assert plenty == pytest.approx(magnitude(MEASURED.constants["power_headroom"], "1"))
    assert plenty * magnitude(MEASURED.constants["matrix_efficiency"], "1") < 1
    little = sustained(setup("llama-3.1-8b", chip="nvidia/l4"))  # 72 W for a third of the peak of 350 W
    assert little == pytest.approx(
        (72 / 121 / (350 / 362)) ** magnitude(MEASURED.constants["power_limit"], "1"), rel=1e-3
    )


def test_chips_that_hold_a_whole_program_launch_little() -> None:
    """Stacks of dataflow chips have latencies of their own, a tenth of what kernels take to launch."""
    one = setup("llama-3.1-8b", SN40L, 8)
    assert one.software.name == "dataflow"
    assert magnitude(one.constants.of("latency", one.software.latency), "1") < 0.5


def test_sparse_attention_launches_its_index_and_fills_tiles() -> None:
    """DeepSeek-V3.2 launches more than V3, and eight accelerators share its attention no more than heads fill tiles."""
    sparse, full = (setup(name, B200, 8, framework="sglang") for name in ("deepseek-v3.2", "deepseek-v3"))
    added = magnitude(launch_time(sparse) - launch_time(full), "s")
    assert added == pytest.approx(61 * magnitude(sparse.constants["indexer_latency"], "s"))
    assert magnitude(full.attention_ways, "1") == 8
    assert magnitude(sparse.attention_ways, "1") == pytest.approx(128 / 64)
