"""A share of the queries: what is asked less of each user."""

from __future__ import annotations

import pytest

from costmodel.analysis.lever_fleets import asked_less
from costmodel.analysis.study import Study
from costmodel.domain.scenario import Scenario
from costmodel.errors import SpecError
from costmodel.units import parse


@pytest.mark.parametrize("share", ["0.25", "100 percent"])
def test_a_share_of_the_queries_is_asked(serving: Study, share: str) -> None:
    """All of them leave the scenario as it is."""
    before, after = (one.leaves()["demand.queries_per_user"][0] for one in (serving.scenario, _less(serving, share)))
    assert float((after / before).to("").magnitude) == pytest.approx(float(parse(share).to("").magnitude))


@pytest.mark.parametrize("share", ["0", "-0.1", "1.01", "0.5 second"])
def test_what_is_no_share_is_refused(serving: Study, share: str) -> None:
    """Nothing, more than all, and what has a unit."""
    with pytest.raises(SpecError, match="above 0 and up to 1"):
        _less(serving, share)


def _less(serving: Study, share: str) -> Scenario:
    return asked_less(serving.scenario, parse(share))
