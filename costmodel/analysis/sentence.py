"""A decision in one plain sentence, made of its figures."""

from __future__ import annotations

from costmodel.analysis.decide import Decision, Waiting
from costmodel.analysis.flips import Flip
from costmodel.units import Quantity

NAMED = 2
"""How many flips a sentence names."""

SURE = 0.995
THOUSAND = 1_000


def sentence(found: Decision) -> str:
    """Return what wins, at what cost, unless what, how likely, and what being wrong costs; or that it is too close.

    Where programs have other users, also what wins if these share design and team.
    """
    return _first(found) + _shared(found) + "".join(_waits(one, found) for one in found.waiting)


def _shared(found: Decision) -> str:
    if found.shared is None:
        return ""
    wins = "it still wins" if found.winner_shared == found.winner else f"{found.winner_shared} wins"
    return (
        " Programs are charged to this demand alone: if the other users that their files state share design and team, "
        f"{wins} at {_money(found.shared)}."
    )


def _waits(one: Waiting, found: Decision) -> str:
    """Return what waiting costs: no offer of today, and no better known than the trend and what replaces systems."""
    return (
        f" Waiting is extrapolated by the price trend and no offer of today: {one.offer} costs {_money(one.cost)}, "
        f"less than {found.winner} in {_share(one.probability_cheaper)} of all draws; its price falls by the trend, "
        "as does that of what replaces systems of today after their life."
    )


def _first(found: Decision) -> str:
    shares = found.probability_cheapest
    if len(shares) == 1:
        return f"{found.winner} is the only way with an answer, at {_cost(found)}."
    unless = " or ".join(_words(one, found) for one in found.flips[:NAMED])
    if found.close:
        rival = max((one for one in shares if one != found.winner), key=lambda one: shares[one])
        tips = f"; it tips where {unless}" if unless else ""
        return (
            f"Too close to call: {found.winner} at {_cost(found)} is the cheapest in {_share(shares[found.winner])} of "
            f"all draws, {rival} in {_share(shares[rival])}{tips}; {_wrong(found)}."
        )
    unless = f" unless {unless}" if unless else ", whichever fact moves tenfold alone"
    return f"{found.winner} wins at {_cost(found)}{unless}; {_share(shares[found.winner])} likely; {_wrong(found)}."


def _words(one: Flip, found: Decision) -> str:
    way = "falls below" if one.value < one.own else "rises above"
    unit = f" {one.unit}" if one.unit not in ("", "dimensionless") else ""
    to = f" (then {one.to})" if len(found.probability_cheapest) > NAMED else ""
    return f"{one.leaf} {way} {_plain(one.value)}{unit}{to}"


def _cost(found: Decision) -> str:
    return _money(found.cost)


def _money(cost: Quantity) -> str:
    return f"{_plain(float(cost.magnitude))} {cost.units:~C}"


def _share(share: float) -> str:
    return "over 99%" if share > SURE else f"{share:.0%}"


def _wrong(found: Decision) -> str:
    if found.cost_when_wrong == 0:
        return "in no draw is another cheaper"
    return f"being wrong costs {_plain(found.cost_when_wrong)} {found.unit}"


def _plain(value: float) -> str:
    """Return three or four significant digits, with thousands apart and no exponent."""
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= THOUSAND else f"{value:.4g}"
