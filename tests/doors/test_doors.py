"""Changed inputs at every door: no traceback, no hang, nothing raw, nothing written beside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.conftest import PROFILE
from tests.doors.commands import Command, verbs
from tests.doors.every import DOORS
from tests.doors.trying import ended

INPUTS = 2_000 if PROFILE == "thorough" else 5


@pytest.mark.parametrize("door", DOORS)
def test_a_changed_input_is_answered_or_refused(door: str) -> None:
    """Exit code 0 or 2, or 1 where a strict check warns; a mistake is told soon, in words."""

    @settings(max_examples=INPUTS)
    @given(DOORS[door]())
    def law(command: Command) -> None:
        assert ended(command).fault == ""

    law()


def test_every_verb_is_tried() -> None:
    """Only `fit`, which takes no input, and `claims`, which takes a file alone, have no options to change."""
    assert set(verbs()) == {"fit", "claims"}
