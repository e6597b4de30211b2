"""What runs of other kinds cost, what falls on which work, and what is paid beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.economics.formulas import run_methods as f
from costmodel.errors import CostModelError
from costmodel.formula import Formula
from costmodel.specs.catalog import data_folder
from costmodel.units import magnitude
from tests.by_hand import cases, holds

OFFER = "rental/nebius-h200-on-demand"
WORK = ("steps", "rollouts", "scoring")


@pytest.fixture(scope="module")
def study() -> Study:
    """Return the shipped run of reinforcement learning."""
    return load("reasoning-training")


@cases(
    (f.cost_with_failed_runs, {"cost": 4e6, "failed_share": 0.2}, 5e6),
    (f.cost_of_part, {"cost": 4e6, "time": 3, "duration": 12}, 1e6),
    (f.cost_over_run, {"amount": 1e6, "duration": 365.25 / 12, "failed_share": 0.5}, 2e6),
)
def test_formula_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Each formula gives what plain arithmetic gives."""
    assert holds(one, given, right)


def test_what_falls_on_each_work_sums_to_the_cost(study: Study) -> None:
    """Steps, rollouts and scoring make up the duration and the cost of a run under every offer."""
    for cost in study.costs.values():
        sums = (
            sum(magnitude(cost[f"{what}_of_{one}"], unit) for one in WORK)
            for what, unit in (("time", "day"), ("cost", "USD"))
        )
        assert tuple(sums) == pytest.approx(
            (magnitude(cost["duration"], "day"), magnitude(cost["cost_per_training_run"], "USD"))
        )


def test_failed_runs_and_staff_stand_beside_the_run(study: Study) -> None:
    """As many trials as runs double the cost, and the whole has staff over the time of both."""
    cost = study.costs[OFFER]
    assert cost["cost_with_failed_runs"] / cost["cost_per_training_run"] == pytest.approx(2)
    years = magnitude(cost["duration"], "day") / 365.25 / 0.5
    assert magnitude(cost["further_cost_staff"], "USD") == pytest.approx(6e6 * years)
    assert cost["whole_cost"] == cost["cost_with_failed_runs"] + cost["further_cost_staff"]
    assert "whole_cost" not in load("gpt3-training").costs["purchase/hgx-h100"].quantities


def test_what_a_program_pays_once_is_not_paid_for_failed_runs() -> None:
    """Design and team of a chip of one's own are there once, however many trials run on it."""
    told = load("gpt3-training", changes={"training.failed_share": 0.5}).costs["program/maia-100"]
    cost, with_failed = (magnitude(told[name], "MUSD") for name in ("cost_per_training_run", "cost_with_failed_runs"))
    assert cost < with_failed < 1.01 * cost
    assert "whole_cost" not in told.quantities


def test_rollouts_are_explained_down_to_the_serving_model(study: Study) -> None:
    """The time of rollouts rests on what is written, and on how fast an accelerator answers."""
    names = {part.name for part in study.explain("time_of_rollouts", offer=OFFER).walk()}
    assert {"rollouts", "rate", "output_rate", "training.rollout_output_tokens"} <= names


@pytest.mark.parametrize(
    ("line", "changed", "words"),
    [
        ('kind = "reinforcement-learning"', 'kind = "fine-tuning"', "a run of fine-tuning has none"),
        ('kind = "reinforcement-learning"', 'kind = "rl"', "reinforcement-learning"),
        ("rollout_prompt_tokens", "# rollout_prompt_tokens", "add training.rollout_prompt_tokens"),
        ("amount = ", "per_user = ", "neither users nor revenue"),
    ],
)
def test_what_means_nothing_is_refused_with_its_place(tmp_path: Path, line: str, changed: str, words: str) -> None:
    """A key of another kind of run, a kind that is none, rollouts of no length and costs of users have a place."""
    text = (data_folder("reports") / "reasoning-training.toml").read_text().replace(line, changed, 1)
    file = tmp_path / "run.toml"
    file.write_text(
        text.replace("6 MUSD/year", "6 USD/user/month")
        .replace("3 MUSD/year", "3 USD/user/month")
        .replace("12 MUSD/year", "12 USD/user/month")
        if "per_user" in changed
        else text
    )
    with pytest.raises(CostModelError, match=words) as caught:
        load(str(file))
    assert "run.toml:" in str(caught.value)
