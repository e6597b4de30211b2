"""Every error that costmodel raises on purpose.

CostModelError                  the root: catch this one
├── UnitError                   a text that is no quantity, or a quantity of the wrong dimension
├── FormulaError                a formula called with wrong arguments or values out of its bounds
├── SpecError                   one or more faults in spec files, each with file, line and key
├── UnknownName                 an id, quantity or column that does not exist, with a did-you-mean
├── MissingData                 a fact that a question needs and no file gives
└── Infeasible                  a question without an answer: a model that fits no deployment
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

SHOWN = 12
"""Known names that a message lists."""

HINTS = 3
"""Names that a message asks whether they were meant."""

USER_ERROR = 2
"""Exit code of the command for a mistake in its input."""
INTERRUPTED = 130
"""Exit code of the command where a user stops it."""


class CostModelError(Exception):
    """Root of all errors that a caller may want to catch."""


class UnitError(CostModelError):
    """A text that is no quantity, or a quantity of the wrong dimension."""


class FormulaError(CostModelError):
    """A formula called with wrong arguments or with values outside its bounds."""


class SpecError(CostModelError):
    """One or more faults in spec files; the message has a line for each."""

    def __init__(self, faults: Iterable[str]) -> None:
        """Keep the faults apart, so that a caller can count them."""
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class UnknownName(CostModelError):
    """An id, quantity or column that does not exist."""


class MissingData(CostModelError):
    """A fact that a question needs and that no file gives."""


class Infeasible(CostModelError):
    """A question that has no answer with the given hardware and limits."""


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """Return ' Did you mean ...?' for the nearest allowed word, or those of which it is a part; or an empty text.

    >>> did_you_mean("bandwith", ["bandwidth", "capacity"])
    ' Did you mean "bandwidth"?'
    >>> did_you_mean("price", ["hgx-h100.price", "hgx-h200.price", "plan.price"])
    ' Did you mean "hgx-h100.price", "hgx-h200.price" or "plan.price"?'
    """
    near = _near(word, list(allowed))[:HINTS]
    *before, last = [f'"{name}"' for name in near] or [""]
    return f" Did you mean {', '.join(before)}{' or ' if before else ''}{last}?" if near else ""


def _near(word: str, names: list[str]) -> list[str]:
    """Return the name that a word is in other case, those of which it is the end or a part, or the nearest."""
    folded = {name.lower(): name for name in names}
    if word.lower() in folded:
        return [folded[word.lower()]]
    parts = [re.split("[./]", name.lower()) for name in names]
    ends = [one[-1] for one in parts]
    near = [name for name, end in zip(names, ends, strict=True) if end == word.lower()]
    near = near or [name for name, one in zip(names, parts, strict=True) if word.lower() in one]
    near = near or get_close_matches(word, names, n=1)
    return near or [names[ends.index(end)] for end in get_close_matches(word.lower(), ends, n=1)]


def unknown(what: str, name: object, allowed: Iterable[str]) -> UnknownName:
    """Return the error for a name that does not exist, with the nearest one that does; a name may be no text."""
    word, names = str(name), sorted(set(allowed))
    shown = ", ".join(names[:SHOWN]) + (f", ... ({len(names)} in all)" if len(names) > SHOWN else "")
    hint = did_you_mean(word, names)
    return UnknownName(f'No {what} "{word[:80]}".{hint} Known: {shown or "none"}.')
