"""The answer on a page: two sentences at most, and the rest beside it."""

from __future__ import annotations

import re

import pytest

import costmodel as cm
from costmodel.report.headline import beside, headline


@pytest.mark.parametrize("name", ["gpt3-2020", "maia", "openai-2022"])
def test_the_answer_is_two_sentences_at_most(name: str) -> None:
    """It says who is cheapest today and how likely; what a price covers, or a program costs, stands below."""
    study = cm.load(name)
    intervals = {id_: study.bands[id_, study.headline] for id_ in study.costs}
    answer, more = headline(study, intervals), beside(study, intervals, [])
    assert len(re.findall(r"\.(?=\s|$)", answer)) <= 2
    assert ("of the draws" in answer) == (len(intervals) > 1)
    cheapest = min(study.choices, key=lambda id_: intervals[id_].value)
    assert answer.startswith(f"“{study.scenario.offer(cheapest).name}” is cheapest at ")
    assert len(more) >= len(study.payers)
    assert all(one.endswith(".") and one not in answer for one in more)
