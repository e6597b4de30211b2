"""The columns of a comparison by what is asked for."""

from __future__ import annotations

import pytest

from costmodel.analysis.columns import CAPACITY_COLUMNS, SERVING_COLUMNS, TRAINING_COLUMNS, columns_of, in_words
from costmodel.analysis.users import COLUMNS, TOKENS
from costmodel.domain.workload import Capacity, Serving, TrainingRun
from tests.figures import made


@pytest.mark.parametrize(
    ("plans", "users", "absent"),
    [
        (("plan",), 10, set()),
        ((), 10, {"margin_per_user_month"}),
        (("plan",), None, {"cost_per_user_month"}),
        ((), None, {"margin_per_user_month", "cost_per_user_month"}),
    ],
)
def test_without_a_plan_there_is_no_margin_and_without_users_no_cost_of_one(
    plans: tuple[str, ...], users: int | None, absent: set[str]
) -> None:
    """All others stay, in their order."""
    found = columns_of(made(Serving, plans=plans, users=users))
    assert found == tuple(name for name in SERVING_COLUMNS if name not in absent)


def test_a_run_and_a_capacity_have_their_own() -> None:
    """A budget adds what it buys."""
    assert columns_of(made(TrainingRun)) == TRAINING_COLUMNS
    assert columns_of(made(Capacity, budget=None)) == CAPACITY_COLUMNS
    assert columns_of(made(Capacity, budget=1)) == (*CAPACITY_COLUMNS, "accelerators_for_budget")


def test_figures_per_million_tokens_say_which() -> None:
    """What is billed and left, too, is for tokens that are written (decision 7)."""
    assert all(in_words(name).endswith("million output tokens") for name in COLUMNS if name.endswith(TOKENS))
