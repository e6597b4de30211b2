"""Training: time of a step, of a run, and the memory it takes."""

from __future__ import annotations

from dataclasses import dataclass

from costmodel.domain.workload import TrainingRun
from costmodel.performance.formulas import training as f
from costmodel.performance.formulas.serving import expected_time
from costmodel.performance.machine import shape
from costmodel.performance.machine.setup import Setup
from costmodel.performance.machine.step import Rows, step_time
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class TrainingResult:
    """What a training run takes."""

    step_time: Quantity
    token_rate: Quantity
    duration: Quantity
    model_flops_utilization: Quantity
    memory: Quantity


def train(setup: Setup, workload: TrainingRun) -> TrainingResult:
    """Return time and memory of a run in a deployment."""
    deployment, constants = setup.deployment, setup.constants
    stages, micro = deployment.need("pipeline_parallel"), deployment.need("micro_batch")
    copies = f.data_parallel(accelerators=workload.accelerators, tensor_parallel=setup.ways, pipeline_parallel=stages)
    rows = micro * workload.sequence_length / quantity(1.0, "token")
    many = f.micro_batches(
        batch=workload.batch, data_parallel=copies, micro_batch=micro, sequence_length=workload.sequence_length
    )
    held = shape.parameters(setup.model) / (setup.ways * stages)
    step = f.step_time(
        pipeline=_pipeline(setup, workload, rows, many, stages),
        exchange=f.gradient_exchange_time(
            gradients=held * constants["gradient_bytes"],
            copies=copies,
            bandwidth=setup.accelerator.need("scale_out_bandwidth_one_way"),
            efficiency=constants["link_efficiency"],
            exposed=constants["exposed_exchange"],
        ),
        optimizer=f.optimizer_time(
            state=held * constants["optimizer_bytes"] / copies,
            bandwidth_time=1 / setup.accelerator.memory_bandwidth,
        ),
    )
    if deployment.model_error is not None:
        step = expected_time(time=step, error=deployment.model_error)
    rate = f.training_token_rate(batch=workload.batch, step_time=step)
    return TrainingResult(
        step_time=step,
        token_rate=rate,
        duration=f.training_duration(tokens=workload.tokens, token_rate=rate, goodput=workload.goodput),
        model_flops_utilization=f.model_flops_utilization(
            active_parameters=shape.active_parameters(setup.model),
            token_rate=rate,
            peak=setup.peak,
            accelerators=workload.accelerators,
        ),
        memory=_memory(setup, rows, held, copies, stages),
    )


def _pipeline(setup: Setup, workload: TrainingRun, rows: Quantity, many: Quantity, stages: Quantity) -> Quantity:
    length = workload.sequence_length / quantity(1.0, "token")
    forward = step_time(setup, Rows(quantity(0.0), length, rows, length))
    time = f.micro_batch_time(
        forward=forward, backward_to_forward=setup.constants["backward_to_forward"], stages=stages
    )
    return f.pipeline_time(micro_batch_time=time, micro_batches=many, stages=stages)


def _memory(setup: Setup, rows: Quantity, held: Quantity, copies: Quantity, stages: Quantity) -> Quantity:
    activations = f.activation_memory(
        rows=rows,
        hidden_size=setup.model.hidden_size,
        layers=setup.model.layers / stages,
        bytes_per_element=setup.constants["activation_bytes"],
        ways=setup.ways,
        in_flight=stages,
    )
    return f.training_memory(
        parameters=held,
        bytes_per_parameter=2 * setup.constants["gradient_bytes"],
        sharded_bytes_per_parameter=setup.constants["optimizer_bytes"],
        copies=copies,
        activations=activations,
    )
