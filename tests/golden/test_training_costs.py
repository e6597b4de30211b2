"""Published costs of training runs, with the assumptions of those who published them."""

from __future__ import annotations

import pytest

from costmodel.analysis.opening import load
from costmodel.units import magnitude


def test_gpt3_costs_what_lambda_counted() -> None:
    """4.6 million USD: 355 years of one V100 at 28 of its 125 TFLOP/s and 1.50 USD an hour, with no hour lost.

    Source: Lambda, "OpenAI's GPT-3 Language Model: A Technical Overview", 3 June 2020.
    """
    given = {"training.utilization": 28 / 125, "training.goodput": 1.0, "fleet.training_utilization": 1.0}
    found = load("gpt3-2020", changes=given).costs["rental/lambda-v100-three-year"]
    assert magnitude(found["cost_per_training_run"], "MUSD") == pytest.approx(4.6, rel=0.05)
