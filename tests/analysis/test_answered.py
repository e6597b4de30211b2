"""What every answer reads: choices of today, offers with and without an answer, horizons."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.arguments import MOST_DRAWS, drawn, names, numbers, pair
from costmodel.analysis.study import Study
from costmodel.domain.offers import Program, Purchase
from costmodel.errors import CostModelError, Infeasible, UnknownName
from costmodel.units import magnitude, quantity
from tests.figures import costs_of, made


def test_copies_and_pickles_answer_alike(run: Study) -> None:
    """Also of what has answered already: to another process, or into a file."""
    table = run.compare()
    for one in (copy.deepcopy(run), pickle.loads(pickle.dumps(run))):  # noqa: S301 - our own
        assert one.compare().equals(table)
    model = run.scenario.model
    assert copy.deepcopy(model).attention_window is model.attention_window, "what it does not have is one object"


def test_what_waits_for_a_later_market_is_no_choice_of_today() -> None:
    """A program may be begun today, whenever its chips come."""
    offers = {
        "now": made(Purchase, id="now", arrival=None),
        "later": made(Purchase, id="later", arrival=1),
        "chip": made(Program, id="chip"),
    }
    study: Any = SimpleNamespace(costs={id_: costs_of({}, offer=one) for id_, one in offers.items()})
    assert AnsweredScenario.__dict__["choices"].func(study) == ("now", "chip")


def test_what_no_column_shows_is_told_beside_them() -> None:
    """Figures that some offer has."""
    costs = {"a": costs_of({"capital": "1 USD"}), "b": costs_of({"cost_per_accelerator_hour": "1 USD"})}
    study: Any = SimpleNamespace(costs=costs, columns=("cost_per_accelerator_hour",))
    assert AnsweredScenario.further.fget(study) == ("capital",)  # type: ignore[attr-defined]


def _tried(reasons: dict[str, str]) -> Any:
    """Return a study whose offers have an answer, or a reason why not."""
    found = {id_: Infeasible(reason) if reason else made(Purchase, id=id_) for id_, reason in reasons.items()}
    offers = [SimpleNamespace(id=id_) for id_ in reasons]
    return SimpleNamespace(scenario=SimpleNamespace(offers=offers), _deployment_or_reason=lambda offer: found[offer.id])


def test_some_offers_may_have_no_answer_but_not_all() -> None:
    """Each reason is told once."""
    tried = AnsweredScenario.__dict__["_tried"].func
    assert list(tried(_tried({"a": "too small", "b": ""}))) == ["a", "b"]
    with pytest.raises(Infeasible) as error:
        tried(_tried({"a": "too small", "b": "too small", "c": "too slow"}))
    assert str(error.value) == "too small\ntoo slow"


def test_a_horizon_lasts_from_a_month_to_a_hundred_years(run: Study) -> None:
    """Both ends included; none leaves the study as it is."""
    assert run.over(None) is run
    for asked, years in (("1 month", 1 / 12), (100, 100.0), ("6 month", 0.5)):
        longer = run.over(asked)
        assert magnitude(longer.scenario.finance_horizon, "year") == pytest.approx(years)
        assert longer.changes["finance.horizon"] == f"{years:g} year"
    for wrong in (0.08, 100.1):
        with pytest.raises(CostModelError, match=r"from 0\.0833333 to 100 year"):
            run.over(wrong)


def test_an_offer_without_an_answer_says_why(run: Study) -> None:
    """Whatever is asked of it; a name that is none gets a suggestion."""
    study: Any = SimpleNamespace(scenario=run.scenario, without={run.scenario.offers[0].id: "too small"})
    with pytest.raises(Infeasible, match="too small"):
        AnsweredScenario._id(study, run.scenario.offers[0].id)
    assert AnsweredScenario._id(study, run.scenario.offers[1].id) == run.scenario.offers[1].id
    with pytest.raises(UnknownName, match="Did you mean"):
        run.trace("rental/lambda-v100-thre-year")


def test_a_study_is_shown_in_one_line(run: Study) -> None:
    """As its question, and not as all that it holds, which a prompt would print for pages."""
    shown = repr(run)
    assert shown.startswith(f"<Study {run.scenario.id}: {run.scenario.question} ")
    assert shown.endswith(f"offers, prices of {run.scenario.price_date}>")


def test_draws_and_seeds_have_ends() -> None:
    """67 million draws, seeds of 63 bits; the largest float below them is one."""
    assert drawn(MOST_DRAWS, 2**63 - 1024) == (1 << 26, 2**63 - 1024) == (67_108_864, 2**63 - 1024)
    assert drawn(0, 0, least=0) == (0, 0)
    for draws, seed in ((67_108_865, 1), (0, 1), (1, -1), (1, 2**63)):
        with pytest.raises(CostModelError, match="number from"):
            drawn(draws, seed)


def test_names_and_numbers_come_once_and_ends_in_their_order() -> None:
    """One alone is one; a quantity of a pure number is a number."""
    assert names("offers", ["a", "b", "a"]) == ["a", "b"]
    assert numbers("n", 3) == (3.0,)
    assert numbers("n", ["1", 2.0, quantity(200.0, "percent")]) == (1.0, 2.0)
    assert pair("ends", [2, "3"]) == (2.0, 3.0)
    for wrong in ([1.0], [1.0, 2.0, 3.0], "12"):
        with pytest.raises(CostModelError, match="two numbers"):
            pair("ends", wrong)
    with pytest.raises(CostModelError, match="n: "):
        numbers("n", [1.0, "x"])
