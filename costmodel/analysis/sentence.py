"""A decision in one plain sentence, made of its figures."""

from __future__ import annotations

from collections.abc import Mapping

from costmodel.analysis.decide import Decision, Waiting
from costmodel.analysis.flips import Flip
from costmodel.units import Quantity

NAMED = 2
"""How many flips a sentence names."""

SURE = 0.995
THOUSAND, TRILLION = 1_000, 1e12


def sentence(found: Decision) -> str:
    """Return what wins, at what cost and volume, unless what, how likely, what being wrong costs; or that it is close.

    Where programs have other users, also what wins if these share design and team.
    """
    return _first(found) + _shared(found) + "".join(_waits(one, found) for one in found.waiting)


def _shared(found: Decision) -> str:
    """Return at which volume programs are counted, and what wins at that of all who use their chips."""
    shared = found.sharing
    if shared is None:
        return ""
    own = {id_: found.accelerators[id_] for id_ in shared.accelerators}
    wins = "it still wins" if shared.winner == found.winner else f"{shared.winner} wins"
    close = ", too close to call" if shared.close else ""
    return (
        f" Programs are charged to this demand alone ({_chips(own)}): if the other users that their files state share "
        f"design and team ({_chips(shared.accelerators)}), {wins} at {_money(shared.cost)}, "
        f"{_share(shared.probability_cheapest[shared.winner])} likely{close}."
    )


def _chips(volumes: Mapping[str, float]) -> str:
    return ", ".join(f"{id_} {volume:,.0f} chips" for id_, volume in volumes.items())


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
    """Return what the winner costs, and how many accelerators it takes where it has systems."""
    volume = found.accelerators.get(found.winner)
    return _money(found.cost) + ("" if volume is None else f" on {volume:,.0f} accelerators")


def _money(cost: Quantity) -> str:
    return f"{_plain(float(cost.magnitude))} {cost.units:~C}"


def _share(share: float) -> str:
    return "over 99%" if share > SURE else f"{share:.0%}"


def _wrong(found: Decision) -> str:
    if found.cost_when_wrong == 0:
        return "in no draw is another cheaper"
    return f"being wrong costs {_plain(found.cost_when_wrong)} {found.unit}"


def _plain(value: float) -> str:
    """Return three or four significant digits, with thousands apart and no exponent below a trillion."""
    if abs(value) >= TRILLION:
        return f"{value:.3g}"
    return f"{float(f'{value:.3g}'):,.0f}" if abs(value) >= THOUSAND else f"{value:.4g}"
