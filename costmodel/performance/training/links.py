"""What accelerators pass to each other in a training step: sums, tokens for experts, keys, rows, gradients."""

from __future__ import annotations

from costmodel.formula.ops import maximum, minimum, where
from costmodel.performance.formulas import collectives as c
from costmodel.performance.formulas import operators as o
from costmodel.performance.formulas import training as f
from costmodel.performance.machine.constants import Constants
from costmodel.performance.training.case import NONE, ONE, Case, pick
from costmodel.units import Quantity, quantity

SIXTEEN_BITS = quantity(2.0, "byte")
FORWARD_AND_BACKWARD = quantity(2.0)
PAIR = quantity(2.0)
REDUCED = quantity(2.0)
"""An all-reduce scatters sums and gathers them."""
EXCHANGED = 3 * SIXTEEN_BITS
"""Of each weight, once: its gradient in 32 bits, and itself in 16."""
GRADIENTS = quantity(2 / 3)
"""Share of that which is gradients."""
ALIKE = quantity(1e9)
"""Evenness at which experts are equally popular, as training balances them."""
AT_ONCE = quantity(0.0, "second")


def _bandwidth(case: Case, constants: Constants, ways: Quantity, span: Quantity) -> Quantity:
    return f.group_bandwidth(
        near=case.links * constants["training_link_efficiency"],
        far=case.network * constants["training_network_efficiency"],
        ways=ways,
        span=span,
        domain=case.domain,
    )


def link_parts(case: Case, constants: Constants) -> dict[str, Quantity]:
    """Return the exposed seconds of a step in which accelerators of one copy pass rows to each other, by kind."""
    rows = case.rows / case.stages
    again = FORWARD_AND_BACKWARD + case.recomputed
    row = case.hidden_size * SIXTEEN_BITS
    sums = f.ring_time(
        rounds=2 * REDUCED * again,
        data=rows * case.layers * row,
        ways=case.tensor,
        bandwidth=_bandwidth(case, constants, case.tensor, case.tensor),
    )
    tokens = FORWARD_AND_BACKWARD * again * _to_experts(case, constants, rows / case.tensor * case.expert_layers)
    keys = f.ring_time(
        rounds=1 + FORWARD_AND_BACKWARD,
        data=rows * case.context * case.context_elements * SIXTEEN_BITS / case.tensor,
        ways=case.context,
        bandwidth=_bandwidth(case, constants, case.context, case.context * case.tensor),
    )
    return {
        "rows between stages": _hops(case, constants),
        "sums of tensor parallelism": constants["training_exposed_sums"] * sums,
        "tokens to experts": _exposed_tokens(case, constants) * tokens,
        "keys of other contexts": constants["training_exposed_sums"] * keys,
    }


def _hops(case: Case, constants: Constants) -> Quantity:
    """Return the time in which rows go to the next stage; an interleaved one passes them on while it computes."""
    hops = f.stage_hops_time(
        rows=case.rows / case.tensor,
        row=case.hidden_size * SIXTEEN_BITS,
        stages=case.stages,
        bandwidth=_bandwidth(case, constants, PAIR, case.accelerators / quantity(1.0, "accelerator")),
    )
    return where(case.virtual > 1, NONE, ONE) * hops


def _exposed_tokens(case: Case, constants: Constants) -> Quantity:
    """Return the share of exchanges with experts that does not hide: less where parts of a pipeline take turns."""
    alone, taking_turns = (constants[f"training_exposed_tokens{way}"] for way in ("", "_interleaved"))
    return where(case.virtual > 1, taking_turns, alone)


def _to_experts(case: Case, constants: Constants, rows: Quantity) -> Quantity:
    """Return the time in which rows go to their experts: over the network once to each domain that holds some."""
    inside = minimum(case.expert_ways, case.domain)
    each = {"rows": rows, "width": case.hidden_size, "bytes_per_element": SIXTEEN_BITS}
    among = {"ways": case.expert_ways, "domain": case.domain}
    holders, visited = (_different(case, places) for places in (case.expert_ways, case.expert_ways / inside))
    return c.exchange_time(
        inside=c.exchanged_inside(**each, **among, destinations=holders, spread=inside),
        across=c.exchanged_across(**each, **among, destinations=visited),
        links=case.links * constants["training_link_efficiency"],
        network=case.network * constants["training_network_efficiency"],
        latency=AT_ONCE,
        efficiency=ONE,
        ways=case.expert_ways,
    )


def _different(case: Case, places: Quantity) -> Quantity:
    """Return the expected number of different places among so many in which a token's experts are."""
    chosen = maximum(case.experts_per_token, ONE)
    return maximum(o.experts_touched(experts=places, per_token=ONE, rows=chosen, evenness=ALIKE), ONE)


def exchange(case: Case, constants: Constants, computing: Quantity) -> Quantity:
    """Return the exposed time in which copies exchange gradients and weights.

    Gradients are summed in 32 bits and weights gathered in 16. Gradients that are sharded are summed for each
    micro-batch, and weights gathered, unless stages hold those for the step. A part of an interleaved stage works off
    as many micro-batches in a row as there are stages, and sums their gradients once. Weights that are not trained have
    no gradients; those that are shared are gathered all the same.
    """
    more = case.micro_batches - 1
    in_a_row = where(case.virtual > 1, maximum(case.micro_batches / case.stages, 1) - 1, more)
    again = 1 - case.trained + where(case.stages > 1, NONE, more)
    sums = case.trained * (1 + case.gradients_sharded * in_a_row)
    gathers = case.trained + case.weights_sharded * again
    rounds = GRADIENTS * sums + (1 - GRADIENTS) * gathers
    split = case.tensor * case.stages
    dense, experts = (
        f.ring_time(
            rounds=rounds,
            data=data * EXCHANGED,
            ways=ways,
            bandwidth=_bandwidth(case, constants, ways, span) * pick(constants, "training_exchange", case.software),
        )
        for data, ways, span in (
            (case.dense_stored / split, case.copies * case.context, case.copies * case.context * case.tensor),
            (
                case.expert_stored / split / case.expert_ways,
                over(case.copies * case.context, case.expert_ways),
                case.copies * split,
            ),
        )
    )
    return f.exposed_exchange(
        exchange=dense + experts,
        exposed=constants["training_exposed_exchange"],
        hiding=constants["training_hiding"],
        computing=computing,
    )


def over(copies: Quantity, ways: Quantity) -> Quantity:
    """Return the copies of each expert, at least one."""
    return where(copies > ways, copies / ways, ONE * copies / copies)
