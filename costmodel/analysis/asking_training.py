"""Searches for layouts of a training run from Python: plain numbers, quantities or texts as in files go in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from costmodel.analysis.amounts import Amount, amount, number
from costmodel.analysis.arguments import names, numbers
from costmodel.analysis.checked import find_accelerator, find_model
from costmodel.analysis.deployments import ONE, SYSTEM
from costmodel.analysis.searching import SITE
from costmodel.analysis.searching_training import check_asked, search_on_accelerator, search_on_offers
from costmodel.analysis.training_question import TrainingQuestion, tried
from costmodel.domain.hardware import load_site
from costmodel.domain.noun import in_dollars
from costmodel.domain.offers import load_offer
from costmodel.economics.fleet import Fleet
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity
from costmodel.writing import today

NO_LIMITS: Mapping[str, Sequence[float]] = {}


def search_training(
    model: str,
    *,
    accelerators: float | Sequence[float],
    accelerator: str | None = None,
    offers: str | Sequence[str] = (),
    batch: Amount = 4e6,
    sequence: Amount = 4096,
    tokens: Amount | None = None,
    goodput: float | None = None,
    precisions: Sequence[str] = ("bf16",),
    framework: str = "other",
    by: str | None = None,
    splits: Mapping[str, Sequence[float]] = NO_LIMITS,
    recompute: Sequence[str] = (),
    sharding: Sequence[str] = (),
    schedule: Sequence[str] = (),
    site: str = SITE,
    discount_rate: Amount = "8 percent/year",
    on: date | None = None,
    catalog: Catalog | None = None,
) -> pd.DataFrame:
    """Return the layouts in which a model can be trained on so many accelerators, fastest or cheapest first.

    They are those of an `accelerator`, or of the systems of `offers`, with what a step costs, and a run of
    `tokens`, whose `goodput` is computed from what interrupts it unless it is given.
    `batch` and `sequence` are tokens of a step and of a sequence; `splits` names values to try in place of the usual
    ones, as {"tensor_parallel": [4, 8]}, and `recompute`, `sharding` and `schedule` choices. Columns have the units of
    `attrs["units"]`; `attrs["refused"]` counts the layouts that were refused by reason, `attrs["examples"]` has one for
    each. Raises Infeasible where none fits in memory.

    >>> found = search_training("llama-3.1-70b", accelerator="h100", accelerators=256, splits={"tensor_parallel": [8]})
    >>> bool((found["memory"] < 85.9e9).all()), found.attrs["refused"]["accelerators left over"] > 0
    (True, True)
    """
    known, named = catalog or Catalog(), names("offers", offers) if len(offers) else []
    order = check_asked(accelerator, named, by)
    question = TrainingQuestion(
        find_model(known, model),
        _tokens(batch),
        _tokens(sequence),
        numbers("accelerators", accelerators),
        None if tokens is None else _tokens(tokens),
        None if goodput is None else number(goodput, "1"),
        tuple(names("precisions", precisions)),
        framework,
        tried(splits, recompute=recompute, sharding=sharding, schedule=schedule),
    )
    if accelerator is not None:
        return search_on_accelerator(question, find_accelerator(known, accelerator))
    day = on or today()
    fleet = Fleet(SYSTEM, ONE, load_site(known, site, day), amount(discount_rate, "1/year"))
    return search_on_offers(question, [in_dollars(load_offer(known, one, on), day) for one in named], fleet, order)


def _tokens(value: Amount) -> Quantity:
    return amount(value, "token")
