"""Plans, usage and further costs in files: what is refused, with file and line, and samples of users."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from costmodel.analysis.opening import load
from costmodel.domain.usage import sample_classes
from costmodel.domain.workload import Serving
from costmodel.errors import CostModelError
from tests.shipped import ROOT

COPILOT = (ROOT / "reports" / "copilot.toml").read_text(encoding="utf-8").partition("\n[levers.")[0]
PRICE = 'price = { value = "10 USD/user/month", source = "copilot-claims", at = "copilot-price", as_of = 2023-10-01 }'
ASSUMED = 'source = "assumption", reason = "a case"'
Write = Callable[[str, str | bytes], Path]


def _plan(name: str, share: str, price: str = "10 USD/user/month") -> str:
    shares = f'share = {{ value = "{share}", {ASSUMED} }}'
    return f'[plans.{name}]\n{shares}\nprice = {{ value = "{price}", {ASSUMED} }}\n'


@pytest.mark.parametrize(
    ("before", "after", "key", "says"),
    [
        (f"[plan]\n{PRICE}", _plan("one", "0.6") + _plan("two", "0.5"), "plans.two.share", "0.6 + 0.5 = 1.1"),
        (f"[plan]\n{PRICE}", _plan("one", "0") + _plan("two", "1"), "plans.one.share", "must be above 0"),
        (f"[plan]\n{PRICE}", _plan("one", "1", "-5 USD/user/month"), "plans.one.price", "is negative"),
        (f"[plan]\n{PRICE}", _plan("one", "1").replace("price", "prize"), "plans.one.prize", 'mean "price"'),
        (PRICE, f"{PRICE}\ncap = {{ value = '0 query/user/day', {ASSUMED} }}", "plan.cap", "must be above 0"),
        (PRICE, f"{PRICE}\nincluded = {{ value = '9 query/user/day', {ASSUMED} }}", "plan.included", "token price"),
        (PRICE, f"cap = {{ value = '9 query/user/day', {ASSUMED} }}", "plan", "gives no price"),
        ("spread =", "tail =", "usage.tail", "too small"),
        ('"lognormal"', '"pareto"', "usage.distribution", "needs usage.tail"),
        ('"lognormal"', '"normal"', "usage.distribution", "must be one of"),
        ('distribution = "lognormal"\n', "", "usage.spread", "without usage.distribution"),
        ('value = "400 query/user/day"', 'value = "-400 query/user/day"', "demand.queries_per_user", "is negative"),
        ('{ value = "3", range = ["2", "5"]', '{ value = "0.9"', "demand.peak_to_mean", "1 or more"),
        ("[plan]", f"[load]\nday = {{ value = '1.5', {ASSUMED} }}\n[plan]", "load.day", "keep one"),
        ("[plan]", f"[load]\nweek = {{ value = '1.5', {ASSUMED} }}\n[plan]", "load.week", "without load.day"),
        ("[plan]", "[costs.staff]\ntitle = 'staff'\n[plan]", "costs.staff", "gives no amount"),
        ("[plan]", "[costs.staff]\ncounted_in = 'gross'\n[plan]", "costs.staff.counted_in", "must be one of"),
        ("[plan]", "[levers.x]\ntitle = 'x'\nchange = {}\n[plan]", "levers.x.change", "at least one change"),
        ("[plan]", "[levers.x]\ntitle = 'x'\nchange = { a = 1 }\n[plan]", "levers.x.reason", "is missing"),
    ],
)
def test_a_fault_names_file_line_and_key(write: Write, before: str, after: str, key: str, says: str) -> None:
    """What makes no sense of plans, usage, costs and levers is refused where it stands."""
    assert before in COPILOT
    file = write("case.toml", COPILOT.replace(before, after, 1))
    with pytest.raises(CostModelError) as found:
        load(file)
    lines = [line for line in str(found.value).splitlines() if f": {key}" in line and says in line]
    assert lines, str(found.value)
    assert f"{file}:" in lines[0]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("usage,share\n1,0.5\n2,0.4\n", 3, "add up to 0.9"),
        ("usage\n1\n-2\n", 3, "'-2' is negative"),
        ("usage\n1\nmany\n", 3, "'many' is no number"),
        ("usage\n1\nnan\n", 3, "is no number"),
        ("usage\n0\n0\n", 1, "nobody uses anything"),
        ("queries\n1\n", 1, "has no column usage"),
        ("usage\n", 1, "no rows"),
        ("Share,usage\n0.5,1\n0.5,2\n", 1, '"share"; the share of users is called share'),
        ("usage,usage\n1,2\n", 1, "the column usage twice"),
    ],
)
def test_a_faulty_sample_names_its_line(write: Write, text: str, line: int, says: str) -> None:
    """Shares that do not sum to one, negative usage, texts and empty files are refused where they stand."""
    file = write("users.csv", text)
    with pytest.raises(CostModelError, match=says) as found:
        sample_classes(file)
    assert f"users.csv:{line}: " in str(found.value)


def test_a_sample_keeps_its_mean_and_its_shares(write: Write) -> None:
    """A long sample is cut into classes of fixed shares that have its mean; the heaviest thousandth is its own."""
    usages = [float(i * i) for i in range(1, 5001)]
    classes = sample_classes(write("users.csv", "usage\n" + "\n".join(map(str, usages))))
    assert len(classes) < 50
    assert sum(share for share, _ in classes) == pytest.approx(1.0)
    assert sum(share * usage for share, usage in classes) == pytest.approx(1.0)
    assert [usage for _, usage in classes] == sorted(usage for _, usage in classes)
    heaviest = sum(usages[-5:]) / 5 / (sum(usages) / 5000)
    assert classes[-1] == (pytest.approx(0.001), pytest.approx(heaviest))


def test_a_scenario_takes_its_sample_from_beside_it(write: Write) -> None:
    """The file is found beside the scenario, and its users are those of the answers."""
    write("users.csv", "usage,share\n1,0.9\n11,0.1\n")
    start, end = COPILOT.index("[usage]"), COPILOT.index("[plan]")
    text = COPILOT[:start] + '[usage]\ndistribution = "sample"\nsample = "users.csv"\n' + COPILOT[end:]
    study = load(write("case.toml", text), changes={"offers": "purchase/hgx-h100"})
    workload = study.scenario.workload
    assert isinstance(workload, Serving)
    assert workload.usage is not None
    assert workload.usage.classes == ((0.9, pytest.approx(0.5)), (0.1, pytest.approx(5.5)))
    (one,) = study.costs.values()
    assert float(one["share_of_users_losing"].to("").magnitude) == pytest.approx(0.1)
    assert one["cost_per_user_month_p99"].magnitude == pytest.approx(11 * one["cost_per_user_month_p50"].magnitude)
