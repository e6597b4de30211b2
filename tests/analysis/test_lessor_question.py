"""Who owns what is rented out: the only one there is, or who is named."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from costmodel.analysis.lessor_question import _owner, ask_lessor
from costmodel.domain.offers import Rental
from costmodel.errors import CostModelError, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.units import quantity

LET = cast("Rental", SimpleNamespace(id="rental/x", system=SimpleNamespace(id="system/a")))


def catalog_of(**systems: str) -> Catalog:
    """Return a library in which purchases and programs, by kind and id, own systems."""
    owners = [(*key.split("__"), system) for key, system in systems.items()]

    def all_of(kind: str) -> list[Any]:
        return [
            SimpleNamespace(id=id_.replace("_", "-"), values={"system": system})
            for of, id_, system in owners
            if of == kind
        ]

    return cast("Catalog", SimpleNamespace(all=all_of, full_id=lambda kind, name: f"{kind}/{name}"))


def test_the_only_owner_needs_no_name() -> None:
    """Beside it are a bare board of the same system, and purchases of others."""
    found = _owner(catalog_of(purchase__one="a", purchase__one_baseboard="a", purchase__two="b", program__b="c"), LET)
    assert found == "purchase/one"
    assert _owner(catalog_of(program__chip="a"), LET) == "program/chip"


def test_of_several_owners_one_is_named() -> None:
    """All are listed; without any, one may be made."""
    with pytest.raises(UnknownName, match=r"one of purchase/one, program/chip$"):
        _owner(catalog_of(purchase__one="a", program__chip="a"), LET)
    with pytest.raises(UnknownName, match="an offer of your own"):
        _owner(catalog_of(purchase__two="b"), LET)


@pytest.mark.parametrize("owned", ["purchase/hgx-a100-80gb", "purchase/hgx-h200", "rental/lambda-h100-on-demand"])
def test_another_system_is_not_what_is_rented_out(owned: str) -> None:
    """An older or a newer one, or what nobody owns."""
    with pytest.raises(CostModelError, match=f"{owned} does not own"):
        ask_lessor(
            Catalog(),
            "coreweave-h100-five-year",
            owned=owned,
            site="us-colocation",
            rate=quantity(0.1, "1/year"),
            on=date(2026, 11, 1),
        )
