"""What a page shows, as plain data: whoever fills these classes needs to know nothing about HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from altair.typing import ChartType

from costmodel import __version__
from costmodel.report.numerals import exact, interval, unit_text
from costmodel.writing import today

if TYPE_CHECKING:
    from costmodel.report.live import Live
    from costmodel.report.offers import Offers

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#\\<>\"'`\x00-\x20]+(?:[/?#][^\s\\<>\"'`\x00-\x20]*)?", re.IGNORECASE)


@dataclass(frozen=True)
class KeyFigure:
    """One of the few numbers at the top of a page.

    `value` is text made for people (see `figure`); where it holds its unit already, `unit` is left empty.
    """

    label: str
    value: str
    unit: str = ""
    note: str = ""

    @property
    def parts(self) -> tuple[str, str]:
        """The number, set large, and its unit, set small."""
        number, _, unit = self.value.partition(" ")
        return (self.value, self.unit) if self.unit else (number, unit)


@dataclass(frozen=True)
class Bar:
    """Places on a bar in percent: the model's interval, and what is said, from where to where, if anything is."""

    low: float
    median: float
    high: float
    said_from: float | None = None
    said_to: float | None = None
    words: str = ""
    """The same in words, for those who do not see it."""


@dataclass(frozen=True)
class BarRow:
    """A bar with its name and its figures in words."""

    name: str
    text: str
    bar: Bar


@dataclass(frozen=True)
class Followed:
    """A number of a table that follows the controls: its figure, that in full, and what divides it to be shown."""

    figure: str
    value: float
    scale: float


@dataclass(frozen=True)
class Section:
    """One part of the answer: words, a chart and the table with the chart's numbers."""

    heading: str
    text: str = ""
    chart: ChartType | None = None
    table: pd.DataFrame | None = None
    caption: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    """The unit of each column of the table that has one, shown under the column's name."""
    live: Mapping[str, Any] = field(default_factory=dict)
    """How the chart follows the controls of a live page: its kind, and what that kind needs."""
    follows: tuple[Mapping[str, Followed], ...] = ()
    """For each row of the table the numbers that follow the controls, by column."""
    folded: bool = False
    """Whether it is closed until a reader opens it."""
    printed: bool = False
    """Whether it is on paper all the same."""
    half: bool = False
    """Whether two of them stand beside each other where a window is wide."""
    bars: tuple[BarRow, ...] = ()
    """A chart without a script: what was said beside the model."""


@dataclass(frozen=True)
class FactRow:
    """One fact or assumption that the answer stands on."""

    name: str
    value: float
    unit: str = ""
    low: float | None = None
    high: float | None = None
    source_title: str = ""
    source_url: str = ""
    at: str = ""
    as_of: str = ""
    confidence: str = ""
    note: str = ""
    group: str = ""
    """The thing it belongs to ("DGX H100", "Demand"); rows of one group that follow each other share a heading."""
    leaf: str = ""
    """The name by which the input is set."""

    @property
    def value_text(self) -> str:
        """The value as its file gives it."""
        return exact(self.value)

    @property
    def unit_text(self) -> str:
        """The unit as people write it."""
        return unit_text(self.unit)

    @property
    def range_text(self) -> str:
        """The 90% interval, or nothing."""
        return interval(self.low, self.high)

    @property
    def link(self) -> str:
        """The address of the source where it is a web address; nothing else is ever made a link."""
        return web_address(self.source_url)


@dataclass(frozen=True)
class Step:
    """One number of the calculation, with the numbers it was made of."""

    name: str
    value: str = ""
    text: str = ""
    children: tuple[Step, ...] = ()


@dataclass(frozen=True)
class ClaimRow:
    """A public claim beside the model."""

    id: str
    subject: str
    text: str
    said: str
    model: str
    verdict: str
    needs: tuple[str, ...]
    hangs_on: tuple[str, ...] = ()
    bar: Bar | None = None
    against: str = ""
    """What it is compared with, in words."""
    page: str = ""
    """The file of the page of the scenario, beside this one."""
    source_title: str = ""
    source_url: str = ""
    day: str = ""
    note: str = ""

    @property
    def link(self) -> str:
        """The address of the source where it is a web address."""
        return web_address(self.source_url)


@dataclass(frozen=True)
class Page:
    """Everything that one page says."""

    title: str
    question: str
    headline: str
    summary: tuple[KeyFigure, ...] = ()
    sections: tuple[Section, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    facts: tuple[FactRow, ...] = ()
    method: str = ""
    """Paragraphs, with an empty line between them."""
    steps: tuple[Step, ...] = ()
    version: str = __version__
    created: str = field(default_factory=lambda: today().isoformat())
    scenario_file: str = ""
    input_hashes: Mapping[str, str] = field(default_factory=dict)
    """The hash of every file that was read, by its path."""
    lang: str = "en"
    more: tuple[str, ...] = ()
    """What else a reader should know, beside the answer: one sentence each."""
    offers: Offers | None = None
    live: Live | None = None
    """The model in the browser, for pages whose inputs can be moved."""
    trees: Mapping[str, Any] = field(default_factory=dict)
    """How the figures of the table of offers were made."""


def web_address(url: str) -> str:
    """Return the address where it is a plain http or https one, otherwise an empty text.

    >>> web_address("https://example.org/a.pdf"), web_address("javascript:alert(1)")
    ('https://example.org/a.pdf', '')
    """
    return url if _WEB_ADDRESS.fullmatch(url) else ""
