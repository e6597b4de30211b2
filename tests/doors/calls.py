"""A call of the library in place of a command, and what its arguments may be."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import costmodel as cm
from costmodel.cli.shared import say
from costmodel.errors import USER_ERROR, CostModelError
from tests.doors.commands import Command
from tests.doors.mutations import hostile

Given = st.SearchStrategy[object]
_NUMBERS = (0, -1, 0.0, -0.0, 1, 2, 0.5, 3.7, 1e-30, 1e30, 1e308, 10**30, float("nan"), float("inf"), float("-inf"), 16)
_OTHERS = (None, True, "", "x", b"x", [], {}, (), [1.0, 2.0], {"a": 1}, date(2031, 1, 1), 1j, object, np.ones(2))
TEXTS = ("30 ms", "1,000", "5 %", "8 percent/year", "2 query/s", "1e6 user", "500 token", "3e", "1e400", "nan", "0x10")

_odd: Given = st.one_of(st.sampled_from(_NUMBERS), st.sampled_from(_OTHERS), st.sampled_from(TEXTS), hostile)
anything: Given = st.one_of(
    _odd, st.lists(_odd, max_size=3), st.builds(cm.quantity, st.sampled_from(_NUMBERS[:9]), st.just("hour"))
)
"""Values of any type: what an amount may be mistaken for."""
_words: Given = st.one_of(hostile, st.sampled_from(TEXTS), st.sampled_from(("a\0b", "x" * 5_000)))


@dataclass(frozen=True)
class Argument:
    """Good values of an argument, and others."""

    good: tuple[object, ...]
    others: Given


def amounts(*good: object) -> Argument:
    """Return an argument that takes numbers, quantities or texts, and refuses all else."""
    return Argument(good, anything)


def words(*good: object) -> Argument:
    """Return an argument that takes texts."""
    return Argument(good, _words)


def several(*good: object) -> Argument:
    """Return an argument that takes texts, one or more."""
    return Argument(good, st.lists(st.one_of(_words, _among(good)), max_size=3))


def by_name(names: Iterable[str], *good: object) -> Argument:
    """Return an argument that takes values by name."""
    keys = st.one_of(st.sampled_from(list(names)), st.sampled_from(list(names)), hostile)
    return Argument(good, st.one_of(st.dictionaries(keys, anything, min_size=1, max_size=2), anything))


def _among(good: tuple[object, ...]) -> Given:
    return st.sampled_from(
        [one for some in good for one in (some if isinstance(some, (tuple, list)) else (some,))] or [""]
    )


@dataclass(frozen=True)
class Call(Command):
    """A call; its words are what is shown of it."""

    call: Callable[[], object] = field(default=lambda: None, compare=False)

    def run(self) -> None:
        """Ask, look at the answer, and end as the command would: a CostModelError is a refusal."""
        try:
            say(_looked_at(self.call()))
        except CostModelError as error:
            say(error, err=True)
            sys.exit(USER_ERROR)


def _looked_at(answer: object) -> object:
    """Return an answer, or its first part where there are many, as a text."""
    if isinstance(answer, pd.DataFrame):
        return answer.head(3).to_string()
    return str(next(answer)) if hasattr(answer, "__next__") else str(answer)[:500]
