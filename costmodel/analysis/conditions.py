"""What is asked of a figure: its name, or a sum of names, and the value that it should have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from costmodel.economics.costs import Costs
from costmodel.errors import CostModelError, UnitError, unknown
from costmodel.units import Quantity, add

TERMS = re.compile(r"(?:^|\s)\s*([+-]?)\s*((?:[^\s]|\s(?![+-]\s))+)")
"""Terms of a sum, with the signs before them; a name may hold hyphens and single words apart."""


@dataclass(frozen=True)
class Condition:
    """What is asked for: a figure, or figures added up and taken off, at a value."""

    name: str
    value: str | Quantity

    @property
    def text(self) -> str:
        """The condition as one writes it."""
        value = self.value if isinstance(self.value, str) else f"{self.value:~P}"
        return f"{self.name} = {value}"

    def of(self, costs: Costs) -> Quantity:
        """Return the figure of an offer, traced or plain."""
        return figure_of(figures_of(costs), self.name, costs.offer.id)


def condition(text: str) -> Condition:
    """Return the condition that a text states.

    >>> condition("cost_per_user_month = 30 USD/user/month").name
    'cost_per_user_month'

    Raises
    ------
    CostModelError
        For a text of another form than FIGURE = VALUE.
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if not (name and value):
        msg = f'"{text[:80]}" asks for nothing: write FIGURE = VALUE, such as "cost_per_user_month = 30 USD/user/month"'
        raise CostModelError(msg)
    return Condition(name, value)


def figures_of(costs: Costs) -> dict[str, Quantity]:
    """Return every figure of an offer by name: its quantities, the parts of its monthly cost, its footprint."""
    return {**costs.footprint, **costs.components, **costs.quantities}


def figure_of(known: Mapping[str, Quantity], name: str, owner: str) -> Quantity:
    """Return a figure by name, or a sum: "-margin_per_user_month", "revenue_per_month - result_per_month".

    Raises
    ------
    UnknownName
        With near matches, where a term is no figure.
    UnitError
        Where terms are of different kinds.
    """
    terms = [(-1.0 if sign == "-" else 1.0, word.strip()) for sign, word in TERMS.findall(name)] or [(1.0, name)]
    for _, word in terms:
        if word not in known:
            what = f"figure of {owner}"
            raise unknown(what, word, known)
    units = {f"{known[word].dimensionality}": f"{word} is in {known[word].units:~C}" for _, word in terms}
    if len(units) > 1:
        msg = f"{name}: {' and '.join(units.values())}: they do not add up"
        raise UnitError(msg)
    return add(known[word] * sign for sign, word in terms)
