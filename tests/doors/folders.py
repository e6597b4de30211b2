"""Folders of one's own, and files that are none: what stands at their places, and what spec files say of others."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import strategies as st

from costmodel.specs.catalog import Catalog, data_folder
from tests.doors.commands import (
    OF_CLAIMS,
    OF_CONFIGS,
    OF_DEALS,
    OF_RUNS,
    OF_TABLES,
    OF_TRACES,
    OF_USED,
    USED,
    Command,
    words_of,
)
from tests.doors.mutations import CLAIM, CONFIGS, DEAL, RUNS, TABLES, TRACE, changed, hostile
from tests.doors.things import Thing, instead
from tests.shipped import ROOT

OF_SAMPLES = ("users case.toml", "compare case.toml", "check case.toml", "users case.toml --format csv")
"""Commands that read a sample of users, which a scenario names."""
OF_FOLDERS = (
    *OF_USED,
    "check specs --specs specs",
    "check --strict --specs specs",
    "check specs",
    "list accelerators --specs specs --columns all --format csv",
    "list scenarios --specs specs",
    "show hgx-h100 --specs specs",
    "explain gpt3-training total_per_month --depth 2 --specs specs",
    "compare specs/reports/own.toml --specs specs --specs specs",
    "init accelerator my-chip --out specs --like h100",
    "init scenario mine --out specs --like gpt3-2020",
    "import architecture specs/config.json --out specs --name own",
    "report specs/reports/own.toml --specs specs --out specs",
)
"""Commands that read a folder of spec files, or write into one."""
_SCENARIO = (ROOT / "reports" / "gpt3-2020.toml").read_text()
_SAMPLED = re.sub(
    r"\n\[usage\].*?(?=\n\[|\Z)",
    '\n[usage]\ndistribution = "sample"\nsample = "sample.csv"\n',
    (ROOT / "reports" / "copilot-2023.toml").read_text(),
    flags=re.DOTALL,
)
_SAMPLE = "share,usage\n0.5,1\n0.3,4\n0.15,9\n0.05,60\n"
_FOLDERS = ("accelerators", "systems", "offers/purchase", "offers/rental", "processes", "sites", "reports", ".", "x/y")
_NAMES = (
    "a",
    "A",
    "..",
    ".",
    "a b",
    "a\nb",
    "é",
    "\u202e",
    "[/b]",
    "=1",
    "x" * 200,
    "sources",
    "CON",
    "a'\"",
    "-a",
    "~",
)
_LINE = re.compile(
    r"^(system|accelerator|process|memory|packaging|site|source|scale_up|id|offers)( = )(.*)$", re.MULTILINE
)


def _texts(path: str, text: str, *lines: str) -> list[tuple[str, str, str]]:
    return [(line.format(file=path), path, text) for line in lines]


_GOOD = [
    *_texts(
        "case.toml", _SCENARIO, "compare {file}", "check {file}", "report {file} --out out", "diff {file} gpt3-2020"
    ),
    *_texts("case.toml", RUNS, *OF_RUNS[:3]),
    *_texts("config.json", CONFIGS[0].read_text(), *OF_CONFIGS),
    *_texts("table.csv", "".join(TABLES[0][1][:4]), *OF_TABLES),
    *_texts("trace.csv", TRACE, *OF_TRACES),
    *_texts("claims.toml", CLAIM, *OF_CLAIMS),
    *_texts("deal.toml", DEAL, *OF_DEALS),
    *_texts("sample.csv", _SAMPLE, *OF_SAMPLES),
]
"""Good commands, the file that each reads, and its text."""


def files() -> st.SearchStrategy[Command]:
    """Return commands that find something else where their file should be, or a file with changes in it."""
    return st.sampled_from(_GOOD).flatmap(lambda good: _around(*good))


def _around(line: str, path: str, text: str) -> st.SearchStrategy[Command]:
    beside: dict[str, Thing] = {"case.toml": _SAMPLED} if path == "sample.csv" else {}
    things = st.one_of(instead(text), changed(text) if path == "sample.csv" else instead(text))
    return things.map(lambda thing: Command(words_of(line), {**beside, path: thing}))


@st.composite
def folders(draw: st.DrawFn) -> Command:
    """Return a command with a folder of spec files, of which some are elsewhere, name others, or are none."""
    found: dict[str, Thing] = {"specs/reports/own.toml": _SCENARIO, "specs/config.json": CONFIGS[0].read_text()}
    for kind, id_ in draw(st.lists(st.sampled_from(list(USED.items())), min_size=1, max_size=3, unique=True)):
        file = Catalog().files(kind)[id_]
        path, text = str(file.relative_to(data_folder("hardware"))), file.read_text()
        found[f"specs/{draw(_path(path))}"] = draw(st.one_of(_pointing(text), _pointing(text), instead(text)))
    if draw(st.integers(0, 2)) == 0:
        sources = '[own]\ntitle = "a"\nurl = "https://a"\n[nvidia-h100]\ntitle = "b"\n'
        found["specs/sources.toml"] = draw(st.one_of(changed(sources), instead(sources)))
    return Command(words_of(draw(st.sampled_from(OF_FOLDERS))), found)


def _path(path: str) -> st.SearchStrategy[str]:
    """Return paths of a file: its own, that of another id, or of another kind."""
    whole = Path(path)
    return st.one_of(
        st.just(path),
        st.just(path),
        st.sampled_from(_NAMES).map(lambda name: str(whole.parent / f"{name}.toml")),
        st.sampled_from(_FOLDERS).map(lambda folder: f"{folder}/{whole.name}"),
        st.just(f"{path}/{whole.name}"),
    )


@st.composite
def _pointing(draw: st.DrawFn, text: str) -> str:
    """Return a spec file in which one name of another spec, or of a source, is something else."""
    spans = [one.span(3) for one in _LINE.finditer(text)]
    if not spans:
        return draw(changed(text))
    start, end = draw(st.sampled_from(spans))
    own = st.sampled_from(("", ".", "..", "../../etc", "/", "a/b", "hgx-h100", "nvidia/hgx-h100", "h100", "assumption"))
    return (
        f'{text[:start]}"{draw(own)}"{text[end:]}' if draw(st.booleans()) else text[:start] + draw(hostile) + text[end:]
    )
