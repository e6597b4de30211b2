"""Pages for the browser: a realistic one, and one whose every text tries to run a script."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from costmodel.report import (
    Crossing,
    FactRow,
    KeyFigure,
    Page,
    Section,
    Step,
    break_even_curve,
    cost_against_price,
    cost_bars,
    cost_stack,
    figure,
)
from costmodel.report.content import ClaimRow
from tests.browser.files import Files
from tests.browser.test_pages import Watched, opened
from tests.once import Once
from tests.shipped import SCENARIOS

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

HOSTILE = "</script><img src=x onerror=window.pwned=1>"

OFFERS = (
    "Buy DGX H100 servers, own site",
    "Rent on demand: p5.48xlarge",
    "Rent, three years reserved: p5.48xlarge with a savings plan, US East (Northern Virginia)",
)
COMPONENTS = {
    "accelerator servers": (1_450_000, 3_900_000, 1_980_000),
    "network": (290_000, 0, 0),
    "energy": (160_000, 0, 0),
    "facility": (240_000, 0, 0),
    "staff and support": (210_000, 90_000, 90_000),
    "interest": (180_000, 0, 0),
    "residual value": (-140_000, 0, 0),
    "design": (30_000, 0, 0),
    "team": (20_000, 0, 0),
    "insurance": (10_000, 0, 0),
}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; without one, skip on a desk and fail in CI."""
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def files(once: Once) -> Files:
    """Return the pages of the shipped scenarios, each built when it is first asked for."""
    return Files(once)


@pytest.fixture(scope="session", params=SCENARIOS)
def desk(request: pytest.FixtureRequest, chromium: Browser, files: Files) -> Iterator[Watched]:
    """Open the page of each shipped scenario once, as wide as on a desk: tests leave it with its values as built."""
    with opened(chromium, files[request.param], 1200) as watched:
        yield watched


@pytest.fixture(scope="session")
def calm_page() -> Page:
    """Return a page as a scenario gives it."""
    return Page(
        title="Assistant for a million users",
        question="Is it cheaper to buy or to rent the accelerators for an assistant with a million users?",
        headline="Renting on demand is cheapest up to 430,000 users; above that, buying costs 2.39 MUSD/month, "
        "40 % less than renting, and the plan of 10 USD/user/month covers it.",
        summary=_figures(),
        sections=_sections(),
        facts=_facts(),
        method="Seconds come from the shapes of the model's operators and the accelerator's published peaks.\n\n"
        "Hardware is paid when it is installed and spread over its life at the real discount rate.",
        steps=(_steps(),),
        version="0.1.0",
        created="2026-11-22",
        scenario_file="reports/assistant.toml",
        input_hashes={"reports/assistant.toml": "9f" * 32, "hardware/systems/dgx-h100.toml": "3c" * 32},
    )


@pytest.fixture(scope="session")
def hostile_page() -> Page:
    """Return a page whose every text is a script that wants out."""
    t = HOSTILE
    frame = pd.DataFrame({"offer": [t, f"{t} 2"], "component": [t, t], "cost": [3.0, 5.0], "low": 2.0, "high": 6.0})
    curve = pd.DataFrame({"x": [1.0, 10.0], "offer": [t, t], "cost": [1.0, 2.0]})
    charts = [
        cost_stack(frame, t),
        cost_bars(frame, t),
        cost_against_price(frame, 4.0, t),
        break_even_curve(curve, [Crossing(3.0, 1.5, t)], x_label=t, x_unit=t, unit=t),
    ]
    table = frame.assign(**{t: t})
    sections = tuple(Section(t, t, chart, table, t, dict.fromkeys(table, t)) for chart in charts)
    facts = (FactRow(t, 1.0, t, 0.5, 2.0, t, f"https://example.org/{t}", t, t, t, t, t),)
    steps = (Step(t, t, t, (Step(t, t, t),)),)
    claims = (ClaimRow(t, t, t, t, t, "outside", (t,), (t,), None, t, t, t, t),)
    return Page(
        t, t, t, (KeyFigure(t, t, t, t),), sections, claims, facts, t, steps, t, t, t, {t: t}, '"><script>pwned=1'
    )


def _figures() -> tuple[KeyFigure, ...]:
    return (
        KeyFigure("Cheapest: buy DGX H100 servers, own site", "2.39 MUSD/month", "", "buy DGX H100 servers, 4 years"),
        KeyFigure("Cost per user", "2.39", "USD/user/month", "90 %: 1.90 – 3.10"),
        KeyFigure("Cost per query", "0.0040", "USD/query"),
        KeyFigure("Break-even", "430,000", "users", "renting on demand against buying"),
    )


def _sections() -> tuple[Section, ...]:
    parts = pd.DataFrame(
        [(offer, name, costs[i]) for i, offer in enumerate(OFFERS) for name, costs in COMPONENTS.items() if costs[i]],
        columns=["offer", "component", "cost"],
    )
    table = parts.pivot_table(index="component", columns="offer", values="cost", sort=False)[list(OFFERS)]
    table.loc["Total"] = table.sum()
    users = pd.DataFrame({"offer": OFFERS, "cost": [2.39, 12.4, 7.1], "low": [1.9, 9.8, 6.2], "high": [3.1, 14.9, 8.4]})
    runs = users.assign(cost=users["cost"] * 1e5, low=users["low"] * 1e5, high=users["high"] * 1e5)
    per_user = dict.fromkeys(("cost", "low", "high"), "USD/user/month")
    return (
        Section(
            "What each offer costs",
            "One month in the second year, for 1,000,000 users with 20 queries a day.",
            cost_stack(parts),
            table.reset_index(),
            "Cost of a month by component. A tick marks the sum where a residual value is taken off.",
            dict.fromkeys(OFFERS, "USD/month"),
        ),
        Section(
            "Cost of a user against the price of the plan",
            "",
            cost_against_price(users, 10.0),
            users,
            "Cost per user, with its 90% interval.",
            per_user,
        ),
        Section(
            "From how many users on buying wins",
            "The servers of the smallest deployment are paid for whether or not they are used.",
            break_even_curve(
                _curve(),
                [Crossing(96_000, 385_000, "renting on demand ends"), Crossing(430_000, 1_090_000, "buying wins")],
                x_label="Users",
                x_unit="user",
                log_y=True,
            ),
            _curve().groupby("offer", sort=False).head(3),
            "Cost of a month by number of users; the band is the 90% interval of buying.",
            {"x": "user", "cost": "USD/month"},
        ),
        Section("One training run", "", cost_bars(runs), None, "Cost of one run over 1.5 trillion tokens."),
        Section("One training run, logarithmic", "", cost_bars(runs, log=True), None, "The same as points."),
    )


def _curve() -> pd.DataFrame:
    users = [10_000 * 1.3**i for i in range(19)]
    rows = [(x, OFFERS[0], 600_000 + 1.15 * x, 500_000 + 1.0 * x, 750_000 + 1.4 * x) for x in users]
    rows += [(x, OFFERS[1], 4.0 * x, None, None) for x in users]
    rows += [(x, OFFERS[2], 180_000 + 2.1 * x, None, None) for x in users]
    return pd.DataFrame(rows, columns=["x", "offer", "cost", "low", "high"])


def _facts() -> tuple[FactRow, ...]:
    datasheet = ("NVIDIA H100 Tensor Core GPU Datasheet", "https://resources.nvidia.com/en-us-tensor-core/h100")
    return (
        FactRow("memory bandwidth", 3.35, "TB/s", None, None, *datasheet, "p. 1", "2023-05-01", "primary", "", "H100"),
        FactRow("peak rate, dense bf16", 989, "TFLOP/s", None, None, *datasheet, "p. 1", "", "primary", "", "H100"),
        FactRow(
            "price",
            270,
            "kUSD/server",
            230,
            300,
            "Prices of AI hardware",
            "https://epoch.ai/data",
            "row 41",
            "2023-09-01",
            "secondary",
            "Resellers ask up to 400 kUSD; chosen is the median of confirmed sales.",
            "DGX H100",
        ),
        FactRow(
            "queries per user and day",
            20,
            "query/user/day",
            5,
            40,
            "assumption",
            "",
            "",
            "2026-11-01",
            "assumption",
            "No operator publishes this; the range spans light and heavy use.",
            "Demand",
        ),
        FactRow("users", 100e6, "user", 20e6, 300e6, "assumption", confidence="assumption", group="Demand"),
    )


def _steps() -> Step:
    leaf = Step("price", figure(270_000, "USD/server"), "Prices of AI hardware, row 41")
    year = Step("annual_cost_of_servers", figure(17.4e6, "USD/year"), "price times servers, times annuity", (leaf,))
    parts = (year, Step("users", figure(1e6, "user"), "scenario"))
    return Step("cost_per_user", figure(2.39, "USD/user/month"), "What one user costs.", parts)


@pytest.fixture
def shoot() -> Callable[[Tab, str], None]:
    """Return what takes the screenshot of a page to look at, into the folder that SCREENSHOTS names, if it does."""
    folder = os.environ.get("SCREENSHOTS")

    def take(tab: Tab, name: str) -> None:
        if folder is not None:
            tab.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
