"""At which volume programs compete: the chips of the question's own demand, and those that others use as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from costmodel.analysis.cheapest import cheapest, is_close, probabilities
from costmodel.analysis.sweeping import Drawn
from costmodel.analysis.who_pays import chips
from costmodel.domain.token_api import TokenApi
from costmodel.economics.charging import SHARED
from costmodel.units import Quantity, magnitude

if TYPE_CHECKING:
    from costmodel.analysis.answered import AnsweredScenario


@dataclass(frozen=True)
class Sharing:
    """The answer if all other users that files state share the design and the team of programs."""

    winner: str
    cost: Quantity
    probability_cheapest: Mapping[str, float]
    accelerators: Mapping[str, float]
    """The chips of each program over which its design and team are spread then."""

    @property
    def close(self) -> bool:
        """Whether another offer is about as likely, or likelier, to be the cheapest."""
        return is_close(self.winner, self.probability_cheapest)


def shared_costs(study: AnsweredScenario) -> dict[str, str]:
    """Return what the cost of each program if others share it is called among draws, by program."""
    return {id_: f"{id_} {SHARED}" for id_, one in study.costs.items() if SHARED in one.otherwise}


def if_shared(study: AnsweredScenario, drawn: Drawn) -> Sharing | None:
    """Return what wins among the choices of today if others share programs; None where no file says of others."""
    names = shared_costs(study)
    if not names:
        return None
    costs = {id_: study.costs[id_] for id_ in study.choices}
    values = {id_: one.otherwise[SHARED] if id_ in names else one[study.headline] for id_, one in costs.items()}
    columns = [drawn.offers.index(names.get(id_, id_)) for id_ in costs]
    winner = cheapest(values)
    shares = probabilities(list(costs), drawn.costs[:, columns])
    return Sharing(winner, values[winner], shares, {id_: chips(study, costs[id_], SHARED) for id_ in names})


def accelerators(study: AnsweredScenario) -> dict[str, float]:
    """Return how many accelerators each choice of today with systems holds for the question's own demand."""
    today = {id_: study.costs[id_] for id_ in study.choices}
    return {
        id_: float(magnitude(one.accelerators, "accelerator"))
        for id_, one in today.items()
        if not isinstance(one.offer, TokenApi)
    }
