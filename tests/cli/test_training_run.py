"""Training runs on the command line: what is given, what is computed, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]
ASKED = ("predict", "training", "--model", "llama-3.1-8b", "--accelerator", "h100", "--accelerators", "64")
SIZED = (*ASKED, "--tokens", "1e12", "--tp", "2")


def test_a_given_utilisation_is_labelled_and_has_no_interval(run: Run) -> None:
    """JSON names what is given; parts and interval of a prediction are left out, and the table says so too."""
    given = run(*SIZED, "--utilization", "0.4", "--goodput", "0.9")
    found = json.loads(run(*SIZED, "--utilization", "0.4", "--format", "json").out)
    assert given.out.count("given, not predicted") == 2
    assert (found["given"], "interval_80" in found) == (["model_flops_utilization"], False)
    assert found["model_flops_utilization"]["value"] == pytest.approx(0.4)


def test_goodput_is_computed_unless_given(run: Run) -> None:
    """More failures and seldom checkpoints leave less of a run's time."""
    usual, worse = (
        json.loads(run(*SIZED, *more, "--format", "json").out)
        for more in ((), ("--interruptions", "20", "--checkpoint-interval", "5 hour"))
    )
    assert usual["given"] == []
    assert 0 < worse["goodput"]["value"] < usual["goodput"]["value"] < 1
    assert worse["accelerator_hours"]["value"] > usual["accelerator_hours"]["value"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((*SIZED, "--interruptions", "1e6"), "makes no progress"),
        ((*SIZED, "--goodput", "0.9", "--restart-time", "1 hour"), "give one of them"),
        ((*SIZED, "--goodput", "1.2"), "not in the range"),
        ((*SIZED, "--utilization", "40"), "not in the range"),
        ((*SIZED, "--checkpoint-interval", "30"), "it must be a time"),
        ((*SIZED, "--restart-time", "-1 hour"), "must be above 0"),
        (("compare", "gpt3-training", "--set", "training.goodput=1.5"), "training.goodput"),
        (("compare", "gpt3-training", "--set", "training.goodputt=0.5"), "training.goodput"),
        (("compare", "gpt3-training", "--set", "training.interruptions=3 /hour"), "1/accelerator/year"),
        (("compare", "gpt3-training", "--set", "training.evaluation=1"), "training.evaluation"),
        (("compare", "gpt3-training", "--set", "training.spot_price_share=2"), "training.spot_price_share"),
    ],
)
def test_mistakes_are_explained(run: Run, arguments: tuple[str, ...], says: str) -> None:
    """A mistake ends with exit code 2 and what to do about it, never with a traceback."""
    ran = run(*arguments)
    assert (ran.code, says in ran.err) == (2, True), ran.err
