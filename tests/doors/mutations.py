"""Strategies of what users may hand to each door: good inputs with one to three things changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import strategies as st

from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.kinds import OFFER_KINDS
from tests.doors.commands import (
    OF_ANY_SPEC,
    OF_CLAIMS,
    OF_CONFIGS,
    OF_DEALS,
    OF_KINDS,
    OF_OPTIONS,
    OF_RUNS,
    OF_SCENARIOS,
    OF_TABLES,
    OF_TRACES,
    OF_USED,
    USED,
    Command,
    options_of,
    words_of,
)
from tests.shipped import ROOT, SCENARIOS, SPECS

Texts = st.SearchStrategy[str]

_NUMBERS = [
    "0",
    "-0",
    "-1",
    "0.3",
    "1",
    "2",
    "1e-30",
    "1e30",
    "1e308",
    "1e400",
    "nan",
    "-inf",
    "1,000",
    "3e",
    "999999999",
    "99999999999999999999",
    "0x10",
    "1_0",
    "007",
    "١",
]
_UNITS = ["", "user", "%", "GB", "GB/s", "USD/month", "USD/accelerator/hour", "year", "W^4", "kWh/", "(", "*"]
_WORDS = [
    "",
    " ",
    "a",
    "true",
    "h100",
    "[]",
    "{}",
    "..",
    "'",
    "[/b]",
    "=1+1",
    "\\",
    "\u202e",
    "\x1b[31m",
    "日本",
    "x" * 3_000,
]
_NAMES = [
    "copilot",
    "maia",
    "gpt3-2020",
    "h100",
    "tpu-v7",
    "purchase/hgx-b200",
    "rental/lambda-h100-on-demand",
    "program/maia-100",
    "hgx-h100",
    "llama-3.1-8b",
    "deepseek-v3",
    "us-colocation",
    "n5",
    "demand.users",
    "utilization",
    "volume",
    "queries_per_day",
    "time",
    "date",
    "us-hyperscale.pue",
    "demand.users=3e6",
    "utilization=0.1..0.9",
    "volume=0",
    "site=arizona",
    "price_date=2031-01-01",
    "total_per_month",
    "cost_per_query=1",
    "2025-01-01",
    "30ms",
    "5%",
    "bf16",
    "fp8,fp4",
    "1,2",
    "json",
    "csv",
    "p99",
    "vllm",
    "out/x.html",
    "out",
    "config.json",
    "table.csv",
    ".",
    "/dev/null",
]
_SIGNS = "\"'[]{}=,.#\n\\ -\x00\t\u202eé"
_WAYS = ("value", "value", "number", "number", "number", "sign", "lost", "twice", "key", "swapped", "cut")
_VALUE = re.compile(r'"[^"]*"|-?\d[\d._e+-]*|true|false|null')
_NUMBER = re.compile(r"-?\d[\d._e+-]*")
MEASURED = data_folder("hardware") / "measurements"
TABLES = [(file, file.read_text().splitlines(keepends=True)[:40]) for file in sorted(MEASURED.glob("*.csv"))]
CONFIGS = sorted((ROOT / "tests" / "golden" / "published").glob("*.json"))
TRACE = "arrival_s,prompt_tokens,output_tokens,cached_tokens\n" + "".join(
    f"{0.4 * n:.1f},{200 + 37 * n % 500},{20 + 13 * n % 90},{n % 3 * 50}\n" for n in range(20)
)
_SET = '\n[set]\n"us-hyperscale.pue" = "1.2"\n"finance.real_discount_rate" = "9 percent/year"\n'
RUNS = (ROOT / "reports" / "frontier-training.toml").read_text()
DEAL = (ROOT / "costmodel" / "deals" / "microsoft-openai-2023.toml").read_text()
CLAIM = (ROOT / "reports" / "claims.toml").read_text().partition("\n[chatgpt-cents")[0] + "\n"

numbers = st.sampled_from(_NUMBERS)
hostile = st.one_of(
    numbers, st.sampled_from(_WORDS), st.builds("{} {}".format, numbers, st.sampled_from(_UNITS)), st.text(max_size=8)
)
"""Values as a mistaken or a hostile user may write them."""


_changes = st.sampled_from((1, 1, 1, 2, 3))
_other = st.one_of(st.sampled_from(_NAMES), numbers, hostile)


@st.composite
def changed(draw: st.DrawFn, text: str) -> str:
    """Return a text of lines with one to three changes: values, numbers, keys, signs, and whole lines."""
    lines = text.splitlines()
    for _ in range(draw(_changes)):
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        line, way = lines[at], draw(st.sampled_from(_WAYS))
        if way == "swapped":
            lines[at], lines[other] = lines[other], line
        else:
            lines[at] = draw(_changed_line(line, lines[other], way))
    return "\n".join(lines) + "\n"


def _changed_line(line: str, other: str, way: str) -> Texts:
    """Return lines that differ in one way."""
    at = st.integers(0, len(line))
    ways: dict[str, Callable[[], Texts]] = {
        "value": lambda: _changed_value(line, _VALUE, st.one_of(hostile.map(json.dumps), hostile)),
        "number": lambda: _changed_value(line, _NUMBER, numbers),
        "sign": lambda: st.builds(
            lambda n, sign, off: line[:n] + sign + line[n + off :], at, st.sampled_from(_SIGNS), st.integers(0, 1)
        ),
        "lost": lambda: st.just(""),
        "twice": lambda: st.just(f"{line}\n{other}"),
        "key": lambda: hostile.map(lambda word: re.sub(r"[\w.]+", lambda _: word, line, count=1)),
        "cut": lambda: at.map(lambda n: line[:n]),
    }
    return ways[way]()


def _changed_value(line: str, pattern: re.Pattern[str], values: Texts) -> Texts:
    """Return lines in which one thing that a pattern finds is another."""
    found = [one.span() for one in pattern.finditer(line)] or [(0, 0)]
    return st.builds(lambda span, new: line[: span[0]] + new + line[span[1] :], st.sampled_from(found), values)


def _file(words: Texts, path: str, text: Texts) -> st.SearchStrategy[Command]:
    return st.builds(lambda line, content: Command(words_of(line.format(file=path)), {path: content}), words, text)


@st.composite
def specs(draw: st.DrawFn) -> Command:
    """Return a command that reads a shipped spec file with changes in it."""
    used = draw(st.booleans())
    kind, id_ = draw(st.sampled_from(list(USED.items()) if used else [one for one in SPECS if one[0] != "scenario"]))
    file = Catalog().files(kind)[id_]
    room = ROOT / "costmodel" if kind == "architecture" else data_folder("hardware")
    path = str(Path("specs") / file.relative_to(room))
    lines = (*OF_ANY_SPEC, *OF_KINDS.get(kind, ()), *(OF_USED if used else ()))
    plural = "offers" if kind in OFFER_KINDS else f"{kind}s"
    words = draw(st.sampled_from(lines)).format(id=id_, file=path, kind=kind, kinds=plural)
    return Command(words_of(words), {path: draw(changed(file.read_text()))})


def scenarios() -> st.SearchStrategy[Command]:
    """Return commands that read a scenario, a deal, training runs or claims with changes in them."""
    shipped = st.sampled_from(SCENARIOS).map(lambda id_: Catalog().files("scenario")[id_].read_text())
    texts = st.builds("{}{}".format, shipped, st.sampled_from(("", "", _SET))).flatmap(changed)
    return st.one_of(
        *[_file(st.sampled_from(OF_SCENARIOS), "case.toml", texts)] * 6,
        _file(st.sampled_from(OF_DEALS), "deal.toml", changed(DEAL)),
        _file(st.sampled_from(OF_RUNS), "case.toml", changed(RUNS)),
        _file(st.sampled_from(OF_CLAIMS), "claims.toml", changed(CLAIM)),
    )


def configs() -> st.SearchStrategy[Command]:
    """Return commands that read a published configuration with changes in it."""
    texts = st.sampled_from(CONFIGS).map(lambda file: json.dumps(json.loads(file.read_text()), indent=1))
    return _file(st.sampled_from(OF_CONFIGS), "config.json", texts.flatmap(changed))


@st.composite
def tables(draw: st.DrawFn) -> Command:
    """Return a command that reads a table of measurements or logged requests with changes in it."""
    if draw(st.integers(0, 3)) == 0:
        return draw(_file(st.sampled_from(OF_TRACES), "trace.csv", changed(TRACE)))
    file, lines = draw(st.sampled_from(TABLES))
    rows = st.lists(st.sampled_from(lines[1:]), min_size=1, max_size=3)
    return draw(
        _file(st.sampled_from(OF_TABLES), file.name, rows.flatmap(lambda some: changed(lines[0] + "".join(some))))
    )


def options() -> st.SearchStrategy[Command]:
    """Return commands of any verb with words and options changed, lost, doubled or added."""
    return _options([(words_of(line), options_of(words_of(line))) for line in OF_OPTIONS])


@st.composite
def _options(draw: st.DrawFn, commands: list[tuple[tuple[str, ...], list[str]]]) -> Command:
    good, known = draw(st.sampled_from(commands))
    words = list(good)
    for _ in range(draw(_changes)):
        words = words or ["list"]
        words += [draw(_other)] if len(words) == 1 else []
        at, way = (
            draw(st.integers(1, len(words) - 1)),
            draw(st.sampled_from(("other", "other", "number", "more", "lost"))),
        )
        at += words[at].startswith("-") and at + 1 < len(words)  # mostly what an option holds, seldom its name
        if way == "other":
            words[at] = draw(_other)
        elif way == "number":
            words[at] = draw(_changed_value(words[at], _NUMBER, numbers))
        elif way == "more":
            words += [draw(st.sampled_from(known)), draw(_other)]
        else:
            del words[at - 1 : at + 1]
    return Command(tuple(word.replace("\0", "") for word in words), FILES)  # which no shell can hand over


FILES = {"trace.csv": TRACE, "table.csv": "".join(TABLES[0][1][:4]), "config.json": (CONFIGS[0]).read_text()}
"""Files that commands name whose options are changed."""
