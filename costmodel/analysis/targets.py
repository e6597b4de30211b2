"""How fast answers have to be: limits on latency, on average or for a share of requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from costmodel.analysis.layout_names import layout_in_words
from costmodel.errors import CostModelError, Infeasible
from costmodel.performance.layout.table import Table
from costmodel.performance.service.latency import at_share
from costmodel.units import Quantity, magnitude

LATENCIES = ("time_to_first_token", "time_per_output_token")


@dataclass(frozen=True)
class Targets:
    """Limits that every deployment has to keep."""

    time_to_first_token: Quantity | None = None
    time_per_output_token: Quantity | None = None
    user_rate: Quantity | None = None
    """Fewest tokens per second that one user sees on average."""
    share: float | None = None
    """Share of requests that keep the limits of latency; without it, the mean does."""
    shares: Mapping[str, float | None] = field(default_factory=dict)
    """Shares for single latencies, by name, where they differ."""

    def __post_init__(self) -> None:
        """Refuse a limit that no time can keep."""
        for name, limit in self.limits.items():
            if not limit > 0:
                msg = f"{name.replace('_', ' ')} must be above 0 s, not {limit:g} s"
                raise CostModelError(msg)

    def column(self, name: str) -> str:
        """Return the column of a search that a limit is for: of the mean, or of a share of requests."""
        return at_share(name, self.shares.get(name, self.share))

    def met(self, rows: Table) -> npt.NDArray[np.bool_]:
        """Return which deployments keep all limits."""
        good = np.ones(len(rows), dtype=bool)
        for name, limit in self.limits.items():
            good &= rows[self.column(name)] <= limit
        return good if self.user_rate is None else good & (rows["user_rate"] >= magnitude(self.user_rate, "token/s"))

    @property
    def limits(self) -> dict[str, float]:
        """The limits of latency that are set, in seconds."""
        given = {name: getattr(self, name) for name in LATENCIES}
        return {name: float(magnitude(limit, "second")) for name, limit in given.items() if limit is not None}

    @property
    def words(self) -> list[str]:
        """Each limit in words."""
        said = [
            f"{name.replace('_', ' ')} up to {limit:.3g} s {self._whom(name)}" for name, limit in self.limits.items()
        ]
        if self.user_rate is not None:
            said.append(f"at least {magnitude(self.user_rate, 'token/s'):.4g} tokens/s per user")
        return said

    def _whom(self, name: str) -> str:
        share = self.shares.get(name, self.share)
        return "on average" if share is None else f"for {100 * share:g}% of requests"


ANY_SPEED = Targets()


def that_meet(targets: Targets, held: Table, what: str) -> Table:
    """Return the deployments that meet the targets, or an Infeasible error that names the nearest."""
    met = held[targets.met(held)] if len(held) else held
    if not len(met):
        raise Infeasible(why_not(what, held, targets))
    return met


def why_not(what: str, held: Table, targets: Targets) -> str:
    """Return why no deployment is left: the memory, or the nearest that can be reached."""
    if not len(held):
        return (
            f"{what}: no layout fits in memory; use a narrower number type, a shorter prompt, or an offer with more "
            "memory"
        )
    nearest = held.row(int(np.argmin(_excess(held, targets))))
    columns = [targets.column(name) for name in LATENCIES]
    first, each = (nearest[column] for column in columns)
    return (
        f"{what}: some layouts fit in memory, but none meets the targets ({', '.join(targets.words)}). "
        f"The shortest time to first token is {held[columns[0]].min():.3g} s, the shortest "
        f"time per output token {held[columns[1]].min():.3g} s. The nearest deployment "
        f"({layout_in_words(nearest)}) has {first:.3g} s and {each:.3g} s, and {nearest['user_rate']:.4g} "
        "tokens/s per user: relax the targets to that, shorten the prompt, or try another offer or number type"
    )


def _excess(held: Table, targets: Targets) -> npt.NDArray[np.float64]:
    """Return by which factor each deployment misses its worst limit."""
    ratios = [held[targets.column(name)] / limit for name, limit in targets.limits.items()]
    if targets.user_rate is not None:
        ratios.append(magnitude(targets.user_rate, "token/s") / held["user_rate"])
    return np.max(ratios, axis=0)
