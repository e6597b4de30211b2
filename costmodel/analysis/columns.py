"""The headline quantities of a workload: the columns of a comparison of its offers."""

from __future__ import annotations

from costmodel.domain.workload import Capacity, Serving, TrainingRun

SERVING_COLUMNS = (
    "cost_per_query",
    "cost_per_million_tokens",
    "cost_per_user_month",
    "margin_per_user_month",
    "total_per_month",
)
TRAINING_COLUMNS = ("cost_per_training_run", "duration", "total_per_month")
CAPACITY_COLUMNS = ("cost_per_accelerator_hour", "total_per_month")
FURTHER = ("cost_per_million_tokens_processed", "cost_per_accelerator_hour", "capital")
"""What a comparison tells beside them, of the offers that have it: without an interval."""
WORDS = {
    "cost_per_million_tokens": "cost per million output tokens",
    "cost_per_million_tokens_processed": "cost per million tokens in and out",
    "revenue_per_million_tokens": "revenue per million output tokens",
    "margin_per_million_tokens": "margin per million output tokens",
    "share_of_users_losing": "share of users who lose money",
    "worst_loss_per_user_month": "loss on the heaviest user of a thousand",
}
"""Figures whose names leave out what they count (decisions 7 and 23)."""
CHEAPEST = "probability_cheapest"
NEVER = 1e12
"""Users, or accelerators, from which on a count stands for one without end: none pay for a product, or all are free."""
COUNTED = ("user", "accelerator")


def endless(number: float, unit: str) -> float:
    """Return a number; infinity for a count so large that it stands for no end.

    >>> endless(1e30, "accelerator"), endless(104.0, "accelerator")
    (inf, 104.0)
    """
    return float("inf") if unit in COUNTED and number >= NEVER else number


def in_words(name: str) -> str:
    """Return what a figure is called in tables.

    >>> in_words("cost_per_million_tokens"), in_words("total_per_month")
    ('cost per million output tokens', 'total per month')
    """
    return WORDS.get(name, name.replace("_", " "))


def columns_of(workload: Serving | TrainingRun | Capacity) -> tuple[str, ...]:
    """Return the headline quantities of a workload."""
    if isinstance(workload, TrainingRun):
        return TRAINING_COLUMNS
    if isinstance(workload, Capacity):
        return CAPACITY_COLUMNS if workload.budget is None else (*CAPACITY_COLUMNS, "accelerators_for_budget")
    absent = set() if workload.plans else {"margin_per_user_month"}
    absent |= {"cost_per_user_month"} if workload.users is None else set()
    return tuple(name for name in SERVING_COLUMNS if name not in absent)
