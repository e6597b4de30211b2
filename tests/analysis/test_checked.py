"""What a user asks for is checked at its very ends."""

from __future__ import annotations

from math import inf, nan

import pytest

from costmodel.analysis.checked import lengths_of
from costmodel.errors import CostModelError


def test_prompt_and_answer_have_a_token_at_least() -> None:
    """One is enough; less, endless and no number are named."""
    assert [one.magnitude for one in lengths_of(1, 1)] == [1.0, 1.0]
    for wrong in (0.999, 0, -1, inf, nan):
        for pair in ((wrong, 5), (5, wrong)):
            with pytest.raises(CostModelError, match=f"not {wrong:g}"):
                lengths_of(*pair)
