"""A page: its data set into the template, with every text escaped and every script counted."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from altair.typing import ChartType
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from costmodel.formula.javascript import operations
from costmodel.report.bundle import chart_library
from costmodel.report.charts.data import unchecked
from costmodel.report.content import Followed, Page, Section
from costmodel.report.live import Live
from costmodel.report.packing import packed
from costmodel.report.tables import Table, grouped, table_of
from costmodel.texts import visible

LIVE = ("numerals.js", "crew.js", "live.js", "controls.js", "live-charts.js", "trees.js")
"""The scripts of a page that answers again, in their order."""

TALL = 700.0
"""From this height on, px, a chart may fill a sheet of paper."""

LONGEST_WORD = 20
"""Letters of a title that a phone has on one line."""

_WHOLE = re.compile(r"\d[\d.,]* [kMGT]?USD\S*|\w+(?:-\w+)+")
"""Money with its unit, and words with hyphens."""
_COMMAND = re.compile("`([^`]+)`")
_BREAKS_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def page_html(page: Page, home: str = "") -> str:
    """Return the whole page as one HTML text that loads nothing from anywhere; `home` is the file of the index."""
    charts = {f"chart-{i}": one.chart for i, one in enumerate(page.sections, 1) if one.chart is not None}
    scripts = [chart_library(), _own("page.js"), _own("tables.js")] if charts else []
    shared = _shared_scripts(page.live) if page.live else []
    scripts += [*shared, *map(_own, LIVE)] if page.live else []
    return _rendered(
        "page.html.j2",
        policy=_policy(scripts, workers=bool(shared)),
        shared=shared,
        scripts=[Markup(text) for text in scripts],  # noqa: S704 - ours; checked to hold no tag
        chart_data=script_json({id_: _spec(chart) for id_, chart in charts.items()}),
        page=page,
        home=home,
        model_data=script_json(_model_data(page)) if page.live else "",
        sections=[_section(i, one) for i, one in enumerate(page.sections, 1)],
        facts=list(grouped(page.facts)),
    )


def _shared_scripts(live: Live) -> list[str]:
    """Return what a page and its workers run."""
    kernels = f"const costmodelModel={live.model.source};\nconst costmodelScore={live.score.source};"
    return [operations(), kernels, _own("draws.js"), _own("hand.js")]


def _model_data(page: Page) -> dict[str, Any]:
    """Return what the live scripts read: the model's data, and how each chart follows it."""
    charts = {f"chart-{i}": dict(one.live) for i, one in enumerate(page.sections, 1) if one.live}
    scales = dict(page.offers.scales) if page.offers else {}
    return {**(page.live.data if page.live else {}), "charts": charts, "trees": dict(page.trees), "scales": scales}


def index_html(title: str, pages: Iterable[object]) -> str:
    """Return a page that lists pages, each a file with its title, question and answer."""
    return _rendered("index.html.j2", policy=_policy([]), title=title, pages=list(pages))


def script_json(data: object) -> Markup:
    """Return data as JSON that nothing inside can end the script element with."""
    text = json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return Markup(visible(text).translate(_BREAKS_A_SCRIPT))  # noqa: S704 - escaped in the same breath


def _rendered(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(style=Markup(_own("style.css")), **values)  # noqa: S704 - ours


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("costmodel.report"),
        autoescape=True,
        finalize=_seen,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # to fold what is constant takes longer than to write it
    )
    environment.filters.update(paragraphs=_paragraphs, breakable=_breakable, unbroken=_unbroken, exactly=_exactly)
    return environment


def _exactly(value: float) -> str:
    """Return a number for scripts, to the last digit.

    >>> _exactly(0.1), _exactly(float("inf"))
    ('0.1', 'Infinity')
    """
    return repr(value).replace("inf", "Infinity")


def _seen(value: object) -> object:
    """Return what a template writes, with codes for characters that turn text round or steer; markup is ours."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _own(name: str) -> str:
    return (files("costmodel.report") / "templates" / name).read_text(encoding="utf-8")


def _policy(scripts: Iterable[str], *, workers: bool = False) -> str:
    """Return a content policy under which only the given scripts run, and nothing is loaded.

    Workers run texts of the page itself, which they can be given by no other address than that of a blob.
    """
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts) or "'none'"
    rest = "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    own = "worker-src blob:; " if workers else ""
    return f"default-src 'none'; script-src {hashes}; {own}{rest}"


def _digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _spec(chart: ChartType) -> dict[str, Any]:
    # Each chart's tests validate it; doing so again for every page takes as long as all the rest of it.
    with unchecked():
        spec: dict[str, Any] = chart.to_dict(validate=False)
    return spec | {"datasets": {name: packed([_drawn(row) for row in rows]) for name, rows in spec["datasets"].items()}}


def _drawn(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of a chart with as many digits as a picture can show: they are a third of a page's weight."""
    return {key: float(f"{value:.5g}") if isinstance(value, float) else value for key, value in row.items()}


def _section(place: int, section: Section) -> dict[str, Any]:
    table = None if section.table is None else table_of(section.table, section.units)
    return {
        "id": f"part-{place}",
        "chart": f"chart-{place}" if section.chart is not None else "",
        "follows": _follows(section, table),
        "tall": _height(section.chart) > TALL,
        "table": table,
        "it": section,
    }


def _follows(section: Section, table: Table | None) -> list[list[Followed | None]]:
    """Return for each cell of a table how it follows the controls, if it does."""
    if section.table is None or table is None:
        return []
    scales = {str(name): head.scale for name, head in zip(section.table.columns, table.heads, strict=True)}
    return [
        [replace(one, scale=one.scale * scale) if (one := row.get(name)) else None for name, scale in scales.items()]
        for row in section.follows
    ]


def _height(chart: ChartType | None) -> float:
    height = getattr(chart, "height", 0.0)
    return float(height) if isinstance(height, int | float) else 0.0


def _paragraphs(text: str) -> list[Markup]:
    """Return the paragraphs of a text, commands in it set as such; each is escaped in the same breath."""
    parts = [str(escape(visible(part.strip()))) for part in text.split("\n\n") if part.strip()]
    return [Markup(_COMMAND.sub(r"<code>\1</code>", part)) for part in parts]  # noqa: S704 - escaped above


def _unbroken(title: str) -> Markup:
    """Return a text whose sums of money and words with hyphens stay on one line, unless one is too long for a phone."""

    def kept(word: re.Match[str]) -> str:
        return word[0] if len(word[0]) > LONGEST_WORD else f'<span class="whole">{word[0]}</span>'

    return Markup(_WHOLE.sub(kept, str(escape(visible(title)))))  # noqa: S704 - escaped in the same breath


def _breakable(unit: str) -> Markup:
    """Return a unit that a narrow column may break after a stroke; `join` escapes the parts."""
    return Markup("/<wbr>").join(unit.split("/"))
