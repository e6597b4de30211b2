"""The question of a search as a user puts it: names, plain numbers and targets; one offer or several side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd

from costmodel.analysis.arguments import names, numbers
from costmodel.analysis.checked import check_types, find_model, lengths_of
from costmodel.analysis.deployments import COST, ONE, SYSTEM, Wanted, deployments_on
from costmodel.analysis.targets import ANY_SPEED, Targets
from costmodel.domain.hardware import load_site
from costmodel.domain.noun import in_dollars
from costmodel.domain.offers import Offer, load_offer
from costmodel.domain.workload import Deployment
from costmodel.economics.fleet import Fleet
from costmodel.errors import CostModelError, Infeasible, MissingData
from costmodel.performance.layout.search import Breadth
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.service.traffic import NO_SPREADS, usual_traffic
from costmodel.specs.catalog import Catalog
from costmodel.units import Quantity, quantity
from costmodel.writing import today

SITE = "us-hyperscale"
LONGEST_DRAFT = 64


def search_deployments(
    catalog: Catalog,
    model: str,
    offers: str | Sequence[str],
    prompt: float,
    output: float,
    *,
    real_discount_rate: Quantity,
    precisions: Sequence[str] = (),
    targets: Targets = ANY_SPEED,
    draft_tokens: Sequence[float] = (),
    acceptance: float | None = None,
    cached: float = 0.0,
    disaggregated: bool = False,
    transfer_bandwidth: Quantity | None = None,
    spreads: Mapping[str, Quantity] = NO_SPREADS,
    framework: str = "vllm",
    site: str = SITE,
    on: date | None = None,
) -> pd.DataFrame:
    """Return every deployment that fits and meets the targets, cheapest first; see `deployments_on`.

    `model` is an id, an alias or the path of a published config.json; prices are the newest up to the day `on`, wages
    and energy in dollars of its year (today's, if none is given). Drafts
    are tried beside none, and only where the probability is given that a guessed token is accepted. `spreads` are as in
    `predict_serving`. Offers on which nothing is fast enough are left out: `attrs["without"]` has the reason of each,
    `attrs["names"]` the offers' names.
    """
    precisions = names("precisions", precisions) if precisions else ()
    check_types(precisions)
    constants = load_constants()
    wanted = Wanted(
        *lengths_of(prompt, output),
        targets,
        Breadth(tuple(dict.fromkeys(precisions)), _drafts(draft_tokens, acceptance), disaggregated, transfer_bandwidth),
        usual_traffic(constants, **spreads),
    )
    shape, base = find_model(catalog, model), base_of(framework, acceptance, cached)
    day = on or today()
    fleet = Fleet(SYSTEM, ONE, load_site(catalog, site, day), real_discount_rate)
    loaded = [in_dollars(load_offer(catalog, one, on), day) for one in names("offers", offers)]
    found = _together(lambda offer: deployments_on(shape, offer, base, fleet, wanted, constants), loaded)
    found.attrs["model"] = shape.name
    return found


def _together(search: Callable[[Offer], pd.DataFrame], offers: Sequence[Offer]) -> pd.DataFrame:
    """Return the deployments on all offers, cheapest first, and why there is none on others."""
    frames, without = [], {}
    for offer in offers:
        try:
            frames.append(search(offer))
        except (Infeasible, MissingData) as error:
            without[offer.id] = str(error)
            if len(offers) == 1:
                raise
    if not frames:
        raise Infeasible("\n".join(without.values()))
    found = pd.concat(frames).sort_values(COST, kind="stable", ignore_index=True)
    names = {offer.id: offer.name for offer in offers}
    found.attrs = {"units": frames[0].attrs["units"], "without": without, "names": names}
    return found


def _drafts(draft_tokens: Sequence[float], acceptance: float | None) -> tuple[float, ...]:
    """Return the lengths of drafts to try, none among them."""
    lengths = numbers("draft_tokens", draft_tokens)
    if bool(lengths) != (acceptance is not None):
        msg = "Speculative decoding needs both the lengths of drafts and the probability that a guess is accepted"
        raise CostModelError(msg)
    if wrong := [one for one in lengths if not 0 <= one <= LONGEST_DRAFT]:
        msg = f"A draft has 0 to {LONGEST_DRAFT} tokens, not {wrong[0]:g}"
        raise CostModelError(msg)
    return tuple(sorted({0.0, *lengths}))


def base_of(framework: str, acceptance: float | None, cached: float) -> Deployment:
    """Return what all deployments of a search share."""
    shared = {"cached_prompt_share": quantity(cached)} if cached else {}
    if acceptance is not None:
        shared["draft_acceptance"] = quantity(acceptance)
    return Deployment(
        id="deployment",
        name="deployment",
        precision="",
        tensor_parallel=ONE,
        kv_cache_precision="",
        framework=framework,
        **shared,  # type: ignore[arg-type]
    )
