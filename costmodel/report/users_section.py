"""The parts of a page about users: who costs what, what a cap does, what each lever does, and a month to its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from costmodel.analysis.lever_trial import UNIT
from costmodel.analysis.study import Study
from costmodel.analysis.users import has_income
from costmodel.domain.workload import Serving
from costmodel.economics.users import PERCENTILES
from costmodel.report.charts import cost_against_price, cost_bars
from costmodel.report.charts.waterfall import waterfall
from costmodel.report.content import Section
from costmodel.report.cost_sections import price_of
from costmodel.report.following import rows_of_offers
from costmodel.report.live import figure_id
from costmodel.report.naming import by_cost, in_order_of_cost, names_of
from costmodel.report.tokens_section import intervals, token_sections

WORDS = {
    "p10": "90% use more",
    "p50": "The middle user",
    "p90": "One in 10 uses more",
    "p99": "One in 100 uses more",
    "p999": "One in 1,000 uses more",
}
PERCENT = ("lose money",)
LOSSES = {
    "margin_per_user_month": "mean margin",
    "share_of_users_losing": "lose money",
    "mean_loss_per_losing_user": "mean loss on those",
    "worst_loss_per_user_month": "loss on one in 1,000",
}
TEXT = """\
Users differ: {kind}. Each costs the cost of a query times their own queries. The chart shows the way that the \
question names first, the table all ways, on best estimates."""
LOSING = "A user who costs more compute than they pay loses money; a loss below zero is a gain."
CAPS = """\
What is beyond the cap is not answered, and the fleet is built for the rest. The caps are those that a tenth, a \
hundredth and a thousandth of users meet."""
LEVERS = """\
One after the other, from today's margin of the mean user with {first} to that with all of them; the table has each \
alone too. Of \
levers that change the same, the one that brings most is taken. Quality and users are taken to stay, unless a lever \
says otherwise. Figures are best estimates; the 80% interval of a lever alone is of what it changes draw by \
draw, all other inputs as they were drawn."""
UNDRAWN = """\
Without one, as they take two models or an offer whose systems come later: {levers}; `costmodel levers {scenario}` has \
theirs."""
WORST = "loss on one in 1,000, alone"
ALONE, DRAWN = "change alone", "in 80% of draws"
THEN = "margin after it and those before"
BREAK_EVEN = {
    "cost_per_user_month": "serving",
    "full_cost_per_user_month": "all costs",
    "revenue_per_user_month": "pays",
    "break_even_price": "break-even price",
    "break_even_users": "break-even users",
}
WHOLE = """\
What there is anyway, training and sums that do not grow with users, is spread over the users of today; serving a user \
is taken to cost what it does today. Without a number, no count of users pays for it: each costs more than they pay."""
MONTH = "Revenue, costs and what is left after each level of them, under each way."


def user_sections(study: Study) -> list[Section]:
    """Return what a page says of users, as far as the scenario says how they differ, what they pay, what could be."""
    workload = study.scenario.workload
    if not isinstance(workload, Serving):
        return []
    differ = [*_percentiles(study, workload), *_losses(study), *_caps(study, workload)] if workload.usage else []
    return [
        *differ,
        *token_sections(study, workload),
        *lever_sections(study),
        *_month(study, workload),
        *_break_even(study, workload),
    ]


def _percentiles(study: Study, workload: Serving) -> list[Section]:
    table, id_ = in_order_of_cost(study, study.users()), next(iter(study.costs))
    costs = [{"offer": WORDS[name], **_with_ends(table, id_, f"cost_per_user_month_{name}")} for name in PERCENTILES]
    frame, price = pd.DataFrame(costs), price_of(study)
    chart = (
        cost_bars(frame, UNIT) if price is None else cost_against_price(frame, price.amount, UNIT, called=price.called)
    )
    several = {f"cost_per_user_month_{name}": word for name, word in WORDS.items() if name != "p10"}
    shown = {"cost_per_user_month": "mean", **several}
    heading = f"Users who use little and much: {names_of(study.scenario)[id_]}"
    text = TEXT.format(kind=_kind(workload))
    units = dict.fromkeys(shown.values(), UNIT)
    figures = {WORDS[name]: figure_id(id_, f"cost_per_user_month_{name}") for name in PERCENTILES}
    live = {"kind": "bars", "unit": UNIT, "rows": figures, **({} if price is None else price.live)}
    return [Section(heading, text=text, chart=chart, units=units, live=live, **_of_offers(study, table, shown))]


def _losses(study: Study) -> list[Section]:
    table = in_order_of_cost(study, study.users())
    if "share_of_users_losing" not in table:
        return []
    units, heading = _units(LOSSES.values()), "Users who cost more than they pay"
    return [Section(heading, text=LOSING, units=units, **_of_offers(study, table, LOSSES))]


def _of_offers(study: Study, table: pd.DataFrame, words: Mapping[str, str]) -> dict[str, Any]:
    """Return the columns that have a word as a table of offers, and how it follows the controls."""
    small = _renamed(table, words)
    small.insert(0, "offer", [names_of(study.scenario)[str(one)] for one in table.index])
    shown = {name: word for name, word in words.items() if word in small}
    return {"table": small, "follows": rows_of_offers(study, small, list(table.index), shown, PERCENT)}


def _renamed(table: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Return the columns that have a word, under it, with shares in percent."""
    found = table[[name for name in words if name in table]].rename(columns=dict(words))
    return found.assign(**{name: found[name] * 100 for name in PERCENT if name in found})


def _units(words: Iterable[str]) -> dict[str, str]:
    return {word: "percent" if word in PERCENT else UNIT for word in words}


def _kind(workload: Serving) -> str:
    usage = workload.usage
    if usage is None or usage.classes:
        return "as in a sample of them"
    name, value = ("exponent", usage.tail) if usage.distribution == "pareto" else ("spread", usage.spread)
    return f"their usage is {usage.distribution} distributed, {name} {float(value.to('').magnitude):g}" if value else ""


def _with_ends(table: pd.DataFrame, id_: str, name: str) -> dict[str, float]:
    row: pd.Series[float] = table.T[id_]
    return {"cost": float(row[name]), "low": float(row[f"{name}_low"]), "high": float(row[f"{name}_high"])}


def _caps(study: Study, workload: Serving) -> list[Section]:
    if len(workload.plans) != 1:
        return []
    caps = study.caps()
    shown = {"queries_per_user": "cap", "cost_per_user_month": "mean cost"}
    words = shown | {name: LOSSES[name] for name in LOSSES if not name.startswith("mean")}
    small = _renamed(caps, words)
    small.insert(0, "cap at", [WORDS.get(str(one), str(one)) for one in caps.index])
    units = _units(words.values()) | {"cap": "query/user/day"}
    return [Section("What a cap does", text=CAPS, table=small, units=units)]


def lever_sections(study: Study) -> list[Section]:
    """Return what each lever of a scenario does to the margin of a mean user, with the interval of each alone."""
    if not study.scenario.levers:
        return []
    found = study.levers(intervals="alone")
    frame = found.frame()
    taken = frame[~frame.index.isin(found.passed_over)]
    steps = pd.DataFrame({"step": taken["title"].replace("as it is", "Today"), "after": taken["margin_after"]})
    table = pd.DataFrame(
        {
            "lever": frame["title"],
            ALONE: frame["change_alone"],
            DRAWN: intervals(frame, "change_alone"),
            THEN: frame["margin_after"],
            "cost then": frame["cost_after"],
            **({WORST: frame["worst_loss_alone"]} if frame["worst_loss_alone"].notna().any() else {}),
            "not combined, as": frame["passed_over"],
        }
    )
    units = dict.fromkeys([ALONE, THEN, WORST, "cost then"], UNIT)
    undrawn = frame["title"][frame["change_alone"].notna() & frame["change_alone_low"].isna()]
    more = UNDRAWN.format(levers="; ".join(undrawn), scenario=study.scenario.id) if len(undrawn) else ""
    first = f"“{names_of(study.scenario)[study.scenario.offers[0].id]}”"
    text = f"{LEVERS.format(first=first)} {more}".strip()
    return [Section("What each lever does to the margin", text=text, chart=waterfall(steps), table=table, units=units)]


def _month(study: Study, workload: Serving) -> list[Section]:
    if not has_income(workload):
        return []
    names = names_of(study.scenario)
    found = study.income().pivot_table(index="line", columns="offer", values="amount", sort=False)
    table = found.reindex(columns=by_cost(study)).rename(columns=names)
    units = dict.fromkeys([str(name) for name in table.columns], "USD/month")
    return [Section("A month, from revenue to result", text=MONTH, table=table.reset_index(), units=units)]


def _break_even(study: Study, workload: Serving) -> list[Section]:
    if not has_income(workload):
        return []
    table = in_order_of_cost(study, study.users())
    users = table["break_even_users"]
    told = _of_offers(study, table.assign(break_even_users=users.where(users < float("inf"))), BREAK_EVEN)
    units = dict.fromkeys(map(str, told["table"].columns[1:]), UNIT) | {"break-even users": "user"}
    return [Section("From how many users on it pays", text=WHOLE, units=units, **told)]
