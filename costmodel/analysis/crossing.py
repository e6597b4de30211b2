"""Where two costs meet, and how sure that is: what is found, apart from how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Status = Literal["crosses", "steps", "never", "always"]

Same = Literal["nowhere", "somewhere", "everywhere"]

MEANINGS: dict[Status, str] = {
    "crosses": "cheaper from there on",
    "steps": "cheaper from there on, where whole systems make the cost jump",
    "never": "dearer over the whole range",
    "always": "cheaper over the whole range",
}
EQUAL = "as dear over the whole range"
THEN = "cheaper from then on"
TIME, DATE = "time", "date"
"""What moves from step to step by itself: the months over which cash adds up, and the day of the prices."""


@dataclass(frozen=True)
class Spread:
    """Where a crossing lies over joint draws of all other inputs."""

    median: float
    low: float
    high: float
    """Ends of the 80% interval, of those draws in which there is this crossing."""
    crossing: float
    """The share of the draws in which there is this crossing."""
    always: float
    """The share of the draws in which the first offer is the cheaper one over the whole range."""
    draws: int


@dataclass(frozen=True)
class Crossing:
    """Where two costs meet or, as whole systems make one jump, change their order: the costs on its far side."""

    value: float
    status: Status
    cost_first: float
    cost_second: float
    before: float
    """The nearest value on the other side of a jump; the same value where the costs meet."""
    spread: Spread | None = None
    """How sure it is, where that was asked for."""


@dataclass(frozen=True)
class BreakEven:
    """Where the cost of a first offer meets that of a second one as a variable grows.

    `never`: the first costs more over the whole range; `always`: it costs less. `crossings` holds every place where the
    order changes.
    """

    first: str
    second: str
    variable: str
    unit: str
    cost_unit: str
    status: Status
    crossings: tuple[Crossing, ...]
    own: tuple[float, float]
    """Both costs where the variable has the scenario's own value."""
    curve: pd.DataFrame
    first_is_cheaper_below: bool = False
    spread: Spread | None = None
    """How sure its first crossing is, or where draws cross though the facts' own values do not."""
    same: Same = "nowhere"
    """Where both cost the same over a stretch of the values tried."""

    @property
    def meaning(self) -> str:
        """What the status says of the first offer, in words."""
        return self.meaning_at(0)

    def meaning_at(self, place: int) -> str:
        """Return what a crossing, by its place, says of the first offer; the order changes from one to the next."""
        words = MEANINGS[self.crossings[place].status if self.crossings else self.status]
        if not self.crossings and self.same != "nowhere":
            return EQUAL if self.same == "everywhere" else words.replace(" over", ", or as dear, over")
        if self.crossings and self.variable in (TIME, DATE):
            words = THEN
        dearer = self.first_is_cheaper_below == (place % 2 == 0)
        return words.replace("cheaper", "dearer", 1) if self.crossings and dearer else words

    @property
    def value(self) -> float:
        """The first crossing; not a number where there is none."""
        return self.crossings[0].value if self.crossings else float("nan")
