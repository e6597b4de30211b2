"""What each of several changes did to an answer: the mean of what it adds over the orders in which they may be made.

That is Shapley's value: parts sum to the whole, what changes nothing has no part, and from there to here each part is
what it was from here to there with the other sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import factorial, fsum

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import SEED

Array = npt.NDArray[np.float64]
Made = npt.NDArray[np.bool_]
"""A row a state, a column a change: whether it is made there."""
Answer = Callable[[Made], Array]
"""The answers in states, a column each; not a number where there is none."""

ALL_STATES = 12
"""Up to so many changes every state is answered (4,096), so that parts are exact."""
ORDERS = 1024
"""So many orders are drawn of more changes; each is also gone through backwards."""


@dataclass(frozen=True)
class Parts:
    """The part of each change (row) in each answer (column), and its standard error where orders were drawn.

    Not a number where no order has an answer at every step.
    """

    values: Array
    errors: Array


def attributed(answer: Answer, changes: int) -> Parts:
    """Return the parts of changes in answers; those of a column sum to what all together do.

    Orders that pass a state without an answer are left out, column by column.
    """
    whole = np.diff(answer(np.array([[False] * changes, [True] * changes])), axis=0)[0]
    found = _of_all_states(answer, changes) if changes <= ALL_STATES else None
    found = found or _of_orders(answer, changes)
    return Parts(_that_sum(found.values, whole), found.errors)


def _of_all_states(answer: Answer, changes: int) -> Parts | None:
    """Return the exact parts, or nothing where some state has no answer."""
    states = (np.arange(2**changes)[:, None] >> np.arange(changes) & 1).astype(bool)
    answers = answer(states)
    if not np.isfinite(answers).all():
        return None
    made = states.sum(axis=1)
    weights = [factorial(size) * factorial(changes - 1 - size) / factorial(changes) for size in range(changes)]
    values = np.zeros((changes, answers.shape[1]))
    for place in range(changes):
        before = np.flatnonzero(~states[:, place])
        added = answers[before + 2**place] - answers[before]
        values[place] = np.take(weights, made[before]) @ added
    return Parts(values, np.zeros_like(values))


def _of_orders(answer: Answer, changes: int) -> Parts:
    """Return means over drawn orders, each gone through both ways, with the standard error of each."""
    generator = np.random.default_rng([SEED, changes])
    drawn = np.stack([generator.permutation(changes) for _ in range(ORDERS)])
    added = _added(answer, np.concatenate([drawn, drawn[:, ::-1]]))
    known = np.isfinite(added)
    count = known.sum(axis=0)
    with np.errstate(invalid="ignore"):
        values = np.where(known, added, 0.0).sum(axis=0) / count
        squares = np.where(known, (added - values) ** 2, 0.0).sum(axis=0)
        return Parts(values, np.sqrt(squares / count / np.maximum(count - 1, 1)))


def _added(answer: Answer, orders: npt.NDArray[np.intp]) -> Array:
    """Return what each change adds in each order: no numbers where the order passes a state without an answer."""
    count, changes = orders.shape
    place = np.argsort(orders, axis=1)  # when each change is made
    states = place[:, None, :] < np.arange(changes + 1)[None, :, None]
    answers = answer(states.reshape(-1, changes)).reshape(count, changes + 1, -1)
    steps = np.take_along_axis(np.diff(answers, axis=1), place[:, :, None], axis=1)
    return np.where(np.isfinite(steps).all(axis=1, keepdims=True), steps, np.nan)


def _that_sum(values: Array, whole: Array) -> Array:
    """Return parts with what rounding left put on the largest of each column."""
    found = values.copy()
    for column, total in enumerate(whole):
        if len(found) and np.isfinite(found[:, column]).all() and np.isfinite(total):
            largest = int(np.abs(found[:, column]).argmax())
            found[largest, column] += float(total) - fsum(found[:, column])
    return found
