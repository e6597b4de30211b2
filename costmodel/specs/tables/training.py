"""What a scenario may say of a training run."""

from __future__ import annotations

from costmodel.specs.attribute import Attribute
from costmodel.specs.tables.common import assumed

PRETRAINING, FINE_TUNING, REINFORCEMENT = "pretraining", "fine-tuning", "reinforcement-learning"
KINDS_OF_RUN = (PRETRAINING, FINE_TUNING, REINFORCEMENT)

TRAINING = (
    Attribute(
        "training.kind",
        "What the run is: fine-tuning may go through its tokens several times and train a part of the weights; "
        "reinforcement learning also writes what it is trained on",
        "choice",
        choices=KINDS_OF_RUN,
        default=KINDS_OF_RUN[0],
    ),
    Attribute("training.tokens", "Tokens the model is trained on, each counted once", unit="token", positive=True),
    Attribute(
        "training.epochs",
        "Fine-tuning and reinforcement learning: how often steps go through the tokens",
        unit="1",
        least=0.001,
        most=1e4,
        default="1",
    ),
    Attribute(
        "training.trained_share",
        "Fine-tuning and reinforcement learning: share of the weights that is trained, such as adapters (LoRA)",
        unit="1",
        share=True,
        default="1",
    ),
    Attribute(
        "training.rollout_prompt_tokens",
        "Reinforcement learning: tokens of what is answered, on average",
        unit="token/query",
        least=1.0,
        most=1e9,
    ),
    Attribute(
        "training.rollout_output_tokens",
        "Reinforcement learning: tokens of an answer, on average",
        unit="token/query",
        least=1.0,
        most=1e9,
    ),
    Attribute(
        "training.rollouts_per_sequence",
        "Reinforcement learning: answers that are written for each sequence that is trained on",
        unit="1",
        most=1e6,
        default="1",
    ),
    Attribute(
        "training.scoring_passes",
        "Reinforcement learning: forward passes over each answer, in those of the model that is trained: "
        "of the reference, reward and critic models",
        unit="1",
        most=1e4,
        default="0",
    ),
    assumed(
        "training.rollout_waiting",
        "Reinforcement learning: share of the time of rollouts in which accelerators wait for the longest",
        share=True,
        most=0.95,
    ),
    Attribute(
        "training.reported_cost", "What the run is said to have cost, to compare with", unit="USD", positive=True
    ),
    Attribute("training.batch", "Tokens per optimiser step", unit="token", positive=True),
    Attribute("training.sequence_length", "Tokens per sequence", unit="token", least=1.0, most=1e9),
    Attribute("training.accelerators", "Accelerators that train together", unit="accelerator", least=1.0, most=1e9),
    Attribute(
        "training.goodput",
        "Share of the time that makes progress, where it is given: it is then not computed from interruptions, "
        "checkpoints, restarts, stragglers, evaluation and warm-up",
        unit="1",
        share=True,
        least=0.001,
        default="computed",
    ),
    assumed(
        "training.interruptions",
        "Interruptions of a run by failures, for each of its accelerators",
        "1/accelerator/year",
        most=1e6,
    ),
    assumed(
        "training.storage_bandwidth",
        "Rate at which checkpoints are written, for each accelerator",
        "byte/second/accelerator",
        least=1e3,
        most=1e15,
    ),
    Attribute(
        "training.checkpoint_interval",
        "Time between checkpoints",
        unit="hour",
        least=1e-4,
        most=1e5,
        default="that of Young and Daly",
    ),
    assumed("training.restart_time", "Time from an interruption until the run makes progress again", "hour", most=1e4),
    assumed("training.stragglers", "Share by which slow accelerators lengthen the steps of all", most=100.0),
    assumed("training.evaluation", "Share of the time in which the model is evaluated", share=True, most=0.9),
    assumed(
        "training.warm_up",
        "Share of the time that is lost until a run is up to speed, with its first small batches",
        share=True,
        most=0.9,
    ),
    assumed(
        "training.spot_price_share",
        "Price of hours that may be taken away (spot) over that on demand",
        share=True,
        least=0.001,
    ),
    assumed("training.spot_interruptions", "How often an hour each spot system is taken away", "1/hour", most=3600.0),
    Attribute(
        "training.utilization",
        "Share of the dense peak that 6 operations per weight and token use (MFU), where it is given: "
        "the time of a step is then not predicted",
        unit="1",
        share=True,
        least=0.001,
    ),
    Attribute(
        "training.runs_per_year",
        "Runs a year: beside serving, of the served model; in training, those that share a program of one's own",
        unit="1/year",
        positive=True,
        most=1000.0,
    ),
    Attribute(
        "training.failed_share",
        "Share of the time of training in runs and trials that come to nothing",
        unit="1",
        share=True,
        most=0.95,
        default="0",
    ),
)
