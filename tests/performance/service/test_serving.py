"""Serving: units and conventions that are easily mistaken, and truths of batching whatever the constants are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from costmodel.analysis.predict import Prediction, predict_serving
from costmodel.domain.architecture import load_architecture
from costmodel.domain.hardware import Accelerator, load_accelerator
from costmodel.domain.workload import Deployment
from costmodel.errors import Infeasible
from costmodel.performance.layout.candidates import Asked, candidates, pareto, with_cost
from costmodel.performance.layout.layouts import layouts
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.memory import requests_that_fit, weights_on_accelerator
from costmodel.performance.machine.number_types import number_types
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.arrivals import serve_arrivals
from costmodel.performance.service.disaggregated import serve_disaggregated
from costmodel.performance.service.latency import percentile
from costmodel.performance.service.serving import ServingResult, steady_state
from costmodel.performance.service.usage import usage
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, magnitude, parse, quantity

PROMPT, OUTPUT = quantity(1000.0), quantity(500.0)
H100, H200, B200, A100 = (
    "nvidia/h100-sxm5-80gb",
    "nvidia/h200-sxm5-141gb",
    "nvidia/b200",
    "nvidia/a100-sxm4-80gb",
)
MODELS = (
    "llama-3.1-70b",
    "deepseek-r1",
    "gpt-oss-120b",
    "qwen3.5-397b-a17b",
    "glm-5",
    "llama-4-scout-17b-16e-instruct",
)


def setup(model: str = "llama-3.1-70b", chip: str = H200, ways: float = 8, **changes: object) -> Setup:
    """Return a model on accelerators in a deployment."""
    catalog = Catalog()
    base = Deployment(id="d", name="d", precision="fp8", tensor_parallel=quantity(ways), kv_cache_precision="")
    deployment = replace(base, **changes)  # type: ignore[arg-type]
    return Setup(load_architecture(catalog, model), load_accelerator(catalog, chip), deployment, load_constants())


def served(one: Setup, concurrency: float = 32) -> ServingResult:
    """Return the steady state at a concurrency."""
    return steady_state(one, PROMPT, OUTPUT, quantity(concurrency))


def rate(one: Setup, concurrency: float = 32) -> float:
    """Return output tokens per second and accelerator."""
    return float(magnitude(served(one, concurrency).output_rate, "token/second/accelerator"))


def with_chip(one: Setup, **changes: object) -> Setup:
    """Return a setup on a changed accelerator."""
    return replace(one, accelerator=replace(one.accelerator, **changes))  # type: ignore[arg-type]


def test_memory_stated_in_gb_of_hbm_is_gib() -> None:
    """A maker's 80 GB of HBM are 80 GiB; what a file gives in GiB, or of other memory, is taken as it is."""
    one = setup(chip=H100)
    assert magnitude(one.capacity, "GiB") == pytest.approx(80)
    assert magnitude(with_chip(one, memory_capacity=parse("80 GiB")).capacity, "GiB") == pytest.approx(80)
    assert magnitude(with_chip(one, memory_type="GDDR6").capacity, "GB") == pytest.approx(80)


def test_more_requests_fit_in_gib_than_in_gb() -> None:
    """Taking GiB for GB would leave Llama 70B on one H100 hardly any cache."""
    one = setup(chip=H100, ways=1)
    fewer = requests_that_fit(with_chip(one, memory_type=""), PROMPT, OUTPUT)
    assert requests_that_fit(one, PROMPT, OUTPUT) > 1.5 * fewer


def test_sparse_peaks_do_not_count() -> None:
    """The peak of products is the dense one of the data sheet: 989 TFLOP/s in bf16 on an H100, not 1979."""
    one = setup(chip=H100)
    assert magnitude(one.wide_peak, "TFLOP/s") == pytest.approx(989, rel=1e-3)
    assert magnitude(one.peak, "TFLOP/s") == pytest.approx(1979, rel=1e-3)


def test_links_count_in_one_direction() -> None:
    """Of 900 GB/s of NVLink, summed over both directions, 450 move data one way."""
    assert magnitude(setup(chip=H100).links, "GB/s") == pytest.approx(450)


def test_links_stated_either_way_give_the_same_time() -> None:
    """A file may give one direction or both summed."""
    one = setup(chip=H100)
    other = with_chip(one, scale_up_bandwidth_both_ways=None, scale_up_bandwidth_one_way=parse("450 GB/s"))
    assert rate(one) == pytest.approx(rate(other))


def test_links_beyond_their_domain_are_those_of_the_host() -> None:
    """Eight cards of which four share a bridge exchange over PCI Express."""
    one = setup(chip="nvidia/h200-nvl-141gb")
    near = replace(one, deployment=replace(one.deployment, tensor_parallel=quantity(4.0)))
    assert one.bandwidth_among(one.ways) < near.bandwidth_among(near.ways) / 4


@pytest.mark.parametrize("model", MODELS)
def test_arrays_equal_a_loop(model: str) -> None:
    """Every kind of architecture broadcasts over parallelism and concurrency."""
    ways, concurrency = np.array([4.0, 8.0])[:, None], np.array([1.0, 17.0, 200.0])[None, :]
    one = setup(model, B200)
    whole = served(replace(one, deployment=replace(one.deployment, tensor_parallel=quantity(ways))), concurrency)
    table = magnitude(whole.output_rate, "token/second/accelerator")
    for i, j in np.ndindex(table.shape):
        alone = replace(one, deployment=replace(one.deployment, tensor_parallel=quantity(float(ways[i, 0]))))
        assert table[i, j] == pytest.approx(rate(alone, float(concurrency[0, j])), rel=1e-12)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("framework", ["trtllm", "vllm", "sglang"])
def test_more_requests_in_flight_never_lower_throughput(model: str, framework: str) -> None:
    """Throughput rises with concurrency up to what fits in memory, and the speed of a user falls."""
    many = np.geomspace(1, 64, 7)
    result = served(setup(model, B200, framework=framework), many)
    fits = magnitude(result.fits, "1") > many
    assert np.all(np.diff(magnitude(result.output_rate, "token/second/accelerator")[fits]) > 0)
    assert np.all(np.diff(magnitude(result.user_rate, "token/second")[fits]) <= 1e-9)


def test_requests_whose_cache_does_not_fit_wait() -> None:
    """Beyond what fits, the first token waits and throughput stays."""
    one = setup(chip=H100, ways=1)
    full, over = served(one, 8), served(one, 800)
    assert over.concurrency > over.fits
    assert over.time_to_first_token > 10 * full.time_to_first_token
    assert magnitude(over.output_rate / full.output_rate, "1") < 10


def test_weights_that_are_narrower_take_less_memory_and_time() -> None:
    """4-bit weights on an accelerator with 4-bit units are smaller and faster than 16-bit ones."""
    wide, narrow = (setup(chip=B200, ways=2, precision=one) for one in ("bf16", "fp4"))
    assert weights_on_accelerator(narrow) < weights_on_accelerator(wide) / 3
    assert rate(narrow) > 1.2 * rate(wide)


def test_checkpoints_keep_their_narrow_experts() -> None:
    """gpt-oss has 4-bit experts and 16-bit attention in any deployment; without 4-bit units they compute in 16 bits."""
    types = number_types(setup("gpt-oss-120b").model, setup(chip=H100).accelerator, "fp8")
    assert (types.dense.bytes, types.experts.bytes, types.experts.multiplied) == (2.0, 0.53125, "bf16")


def test_eight_bit_floats_widen_where_an_accelerator_has_none() -> None:
    """An A100 reads fp8 weights but multiplies in bf16; int8 weights are multiplied in int8."""
    chip = setup(chip=A100).accelerator
    model = setup().model
    assert number_types(model, chip, "fp8").dense.multiplied == "bf16"
    assert number_types(model, chip, "int8").dense.multiplied == "int8"


def test_prefix_cache_shortens_the_wait() -> None:
    """Prompt tokens that are cached are not computed again."""
    plain, cached = served(setup()), served(setup(cached_prompt_share=quantity(0.8)))
    assert cached.time_to_first_token < plain.time_to_first_token
    assert cached.output_rate > plain.output_rate


def test_speculation_pays_when_guesses_are_accepted() -> None:
    """Guessed tokens help a lone request if they are accepted, and cost if they are not."""
    good = setup(draft_tokens=quantity(3.0), draft_acceptance=quantity(0.8))
    poor = setup(draft_tokens=quantity(3.0), draft_acceptance=quantity(0.0))
    assert rate(poor, 1) < rate(setup(), 1) < rate(good, 1)


def test_pipeline_stages_share_the_weights() -> None:
    """Two stages hold half of the layers each."""
    one, two = setup(ways=4), setup(ways=4, pipeline_parallel=quantity(2.0))
    assert magnitude(weights_on_accelerator(two) / weights_on_accelerator(one), "1") == pytest.approx(0.5)
    assert magnitude(two.replica, "1") == 8


def test_spread_experts_take_the_same_memory() -> None:
    """Experts cut into eight or spread whole over eight accelerators take the same memory on each."""
    cut, spread = setup("deepseek-r1"), setup("deepseek-r1", expert_parallel=quantity(8.0))
    ratio = weights_on_accelerator(spread) / weights_on_accelerator(cut)
    assert magnitude(ratio, "1") == pytest.approx(1)


def test_arrivals_obey_littles_law() -> None:
    """Requests in flight are the arrival rate times the time that each stays."""
    result = serve_arrivals(setup(), PROMPT, OUTPUT, parse("3 query/s"))
    stays = magnitude(result.residence_time, "second")
    assert magnitude(result.concurrency, "1") == pytest.approx(3 * stays, rel=1e-3)
    assert magnitude(result.query_rate, "query/second/accelerator") == pytest.approx(3 / 8)


def test_more_arrivals_than_a_replica_can_answer_are_refused() -> None:
    """Beyond its highest rate a replica has no steady state."""
    with pytest.raises(Infeasible, match="at most"):
        serve_arrivals(setup(), PROMPT, OUTPUT, parse("3000 query/s"))


def test_disaggregation_keeps_the_time_per_token_free_of_prompts() -> None:
    """Writing replicas never read prompts, so tokens come faster than where both share a replica."""
    apart = serve_disaggregated(setup(), setup(), PROMPT, OUTPUT, quantity(32.0))
    assert apart.time_per_output_token < served(setup(), 32).time_per_output_token
    assert 0 < magnitude(apart.readers, "1") < 10


@pytest.mark.parametrize("model", MODELS)
def test_usage_is_physical(model: str) -> None:
    """Shares lie between none and all, power between idle and design power, memory within what there is."""
    result = served(setup(model, B200))
    used = usage(result)
    for share in (used.compute, used.memory_bandwidth, used.links, used.launches, used.host):
        assert 0 <= magnitude(share, "1") <= 1
    chip = result.flow.setup.accelerator
    assert 0.15 * chip.power < used.power <= chip.power
    assert weights_on_accelerator(result.flow.setup) < used.memory < result.flow.setup.capacity


def test_percentiles_rise_with_their_share() -> None:
    """The 99th percentile is above the 90th, and above the mean."""
    result = served(setup(), 64)
    many, most = percentile(result, 0.9), percentile(result, 0.99)
    assert result.time_to_first_token < most.time_to_first_token
    assert many.time_to_first_token < most.time_to_first_token
    assert result.time_per_output_token <= many.time_per_output_token <= most.time_per_output_token


def test_the_front_has_no_deployment_that_another_beats() -> None:
    """Along the front, speed rises with cost; every candidate is beaten by some deployment of the front."""
    one = setup()
    asked = Asked(one.model, one.accelerator, one.deployment, one.constants, PROMPT, OUTPUT)
    splits = layouts(one.model, 8, stages=(1.0,))
    frame = candidates(asked, ("bf16", "fp8"), splits, np.geomspace(1, 256, 30).tolist()).frame()
    priced = with_cost(frame, parse("3 USD/accelerator/hour"))
    front = pareto(priced)
    assert front["usd_per_million_tokens"].is_monotonic_increasing
    assert front["user_rate"].is_monotonic_increasing
    for _, row in priced.iterrows():
        better = front[front["usd_per_million_tokens"] <= row["usd_per_million_tokens"]]
        assert better["user_rate"].max() >= row["user_rate"]


def test_weights_that_do_not_fit_are_refused() -> None:
    """A deployment whose weights exceed the memory is an error that says so."""
    deployment = setup(ways=1, precision="bf16").deployment
    with pytest.raises(Infeasible, match="does not fit"):
        predict_serving(Catalog(), "llama-3.1-70b", H100, deployment, prompt=100, output=100, concurrency=1)


def test_a_prediction_explains_itself_down_to_facts() -> None:
    """The tree of a rate ends in the accelerator's data sheet."""
    deployment = setup().deployment
    found: Prediction = predict_serving(
        Catalog(), "llama-3.1-70b", "h200_sxm", deployment, prompt=100, output=100, concurrency=4
    )
    names = {part.name for part in found.explain().walk()}
    assert f"{H200}.memory.bandwidth" in names
    assert float(found.explain().value.magnitude) == pytest.approx(
        magnitude(found.result.output_rate, "token/second/accelerator")
    )


def test_faster_memory_never_slows() -> None:
    """Twice the memory bandwidth gives more tokens, but not more than twice as many."""
    one = setup()
    faster = with_chip(one, memory_bandwidth=2 * one.accelerator.memory_bandwidth)
    assert rate(one) < rate(faster) <= 2 * rate(one)


def test_accelerators_of_other_makers_have_stacks_of_their_own() -> None:
    """VLLM on an MI300X is not vLLM on CUDA; a chip that nobody measured takes the stack of unknowns."""
    stacks = [setup(chip=chip).software.name for chip in (H100, "amd/mi300x", "google/tpu-v6e", "microsoft/maia-200")]
    assert stacks == ["vllm", "rocm", "tpu", "other"]


def test_newer_software_is_faster() -> None:
    """A year of software takes time off launches and hosts."""
    assert rate(setup(software_newer=quantity(1.0)), 1) > rate(setup(), 1)


def chips() -> list[Accelerator]:
    """Return every accelerator of the catalogue."""
    catalog = Catalog()
    return [load_accelerator(catalog, id_) for id_ in catalog.ids("accelerator")]


@pytest.mark.parametrize("chip", chips(), ids=lambda chip: chip.id)
def test_every_accelerator_gives_a_finite_answer(chip: Accelerator) -> None:
    """Any spec sheet with 16-bit arithmetic gives an answer, with an interval."""
    if not {"bf16", "fp16"} & chip.peak.keys():
        pytest.skip("no 16-bit arithmetic")
    value: Quantity = served(replace(setup("llama-3.1-8b", ways=1), accelerator=chip), 4).output_rate
    assert 0 < magnitude(value, "token/second/accelerator") < 1e7
