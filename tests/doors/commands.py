"""Good commands of every verb, by the door that they open: what is changed to see whether the door holds."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from costmodel.cli.main import VERBS, costmodel, main
from tests.doors.things import Thing


@dataclass(frozen=True)
class Command:
    """The words of a command, and the files that it finds in its folder."""

    words: tuple[str, ...]
    files: Mapping[str, Thing] = field(default_factory=dict)

    def run(self) -> None:
        """Do what is asked, as the program would."""
        main(list(self.words))


OF_ANY_SPEC = (
    "check {file} --specs specs",
    "show {id} --kind {kind} --specs specs",
    "list {kinds} --specs specs --columns all --format csv",
)
"""Commands that read a spec file of any kind."""

_PREDICTED = "--concurrency 8 --prompt 512 --output 128 --specs specs"
OF_KINDS = {
    "accelerator": (
        "chip {id} --specs specs",
        f"predict serving --model llama-3.1-8b --accelerator {{id}} {_PREDICTED}",
        "predict training --model llama-3.1-8b --accelerator {id} --accelerators 8 --tokens 1e12 --specs specs",
    ),
    "process": ("die --area 600mm^2 --process {id} --specs specs",),
    "purchase": ("search --model llama-3.1-8b --offer purchase/{id} --prompt 500 --output 200 --specs specs",),
    "rental": (
        "search --model llama-3.1-8b --offer rental/{id} --prompt 500 --output 200 --specs specs",
        "lessor {id} --specs specs",
    ),
    "architecture": (
        f"predict serving --model {{id}} --accelerator h100 --tp 8 {_PREDICTED}",
        "predict training --model {id} --accelerator h100 --accelerators 1024 --tokens 1e12 --specs specs",
    ),
    "lessor": ("lessor {id} --specs specs",),
    "site": ("lessor neocloud-h100-three-year --owned purchase/hgx-h100 --site {id} --specs specs",),
}
"""Commands that compute with a spec file of a kind."""

USED = {
    "accelerator": "nvidia/h100-sxm5-80gb",
    "system": "nvidia/hgx-h100",
    "purchase": "hgx-h100",
    "site": "us-hyperscale",
    "process": "n4",
    "memory": "hbm3",
    "packaging": "cowos-s",
    "program": "maia-100",
}
"""Files on which a comparison, a search and a chip's cost rest."""

OF_USED = (
    "compare --accelerators 64 --hardware h100 --years 2 --specs specs",
    "search --model llama-3.1-8b --offer purchase/hgx-h100 --prompt 500 --output 200 --specs specs",
    "chip h100 --specs specs",
    "lessor neocloud-h100-three-year --owned purchase/hgx-h100 --specs specs",
)
"""Commands that read them."""

OF_SCENARIOS = (
    "check {file}",
    "check --strict {file}",
    "show {file}",
    "accounts {file}",
    "users {file}",
    "levers {file}",
    "explain {file} total_per_month --depth 3",
    "compare {file}",
    "compare {file} --years 3 --format json",
    "uncertainty {file} --draws 1024 --format csv",
    "sensitivity {file} --base 256 --draws 256",
    "decide {file} --draws 256",
    "break-even {file} --draws 0",
    "map {file} --over utilization --over volume --points 2 --draws 1",
    "solve {file} --for demand.users --such-that 'cost_per_query = 1e-3 USD/query'",
    "diff {file} gpt3-2020",
    "report {file} --out out",
)
"""Commands that read a scenario."""

OF_RUNS = (
    "compare {file}",
    "compare {file} --format csv",
    "compare {file} --format json",
    "check {file}",
    "explain case/gpt-3 total_per_month --depth 2",
    "report {file} --out out",
)
"""Commands that read published training runs."""

OF_CONFIGS = (
    "import architecture {file}",
    "import architecture {file} --format json",
    "import architecture {file} --out out --name own --source own",
    f"predict serving --model {{file}} --accelerator h100 --tp 8 {_PREDICTED.removesuffix(' --specs specs')}",
    "predict training --model {file} --accelerator h100 --accelerators 512 --tokens 1e12",
    "search --model {file} --offer purchase/hgx-h100 --prompt 500 --output 200",
)
"""Commands that read a published configuration."""

OF_TABLES = ("accuracy {file}", "accuracy {file} --by chip,framework --format json")
OF_TRACES = (
    "predict serving --model llama-3.1-8b --accelerator h100 --trace {file} --format csv",
    "size --model llama-3.1-8b --offer purchase/hgx-h100 --trace {file} --ttft-p95 2s",
)
OF_CLAIMS = ("claims --file {file}",)
OF_DEALS = (
    "waterfall {file} --profit '100 GUSD'",
    "waterfall {file} --profit 1GUSD --profit 30GUSD --paid-to openai --compute 1GUSD --compute 1GUSD",
)
"""Commands that read a table of measurements, logged requests, public claims, a deal."""

OF_OPTIONS = tuple((Path(__file__).parent / "options.txt").read_text(encoding="utf-8").splitlines())
"""One command or more of every verb but `fit`, which has no input; the first, which every run tries, is a quick one."""


def words_of(line: str) -> tuple[str, ...]:
    """Return a command line as the words that a shell makes of it."""
    return tuple(shlex.split(line))


def options_of(words: Sequence[str]) -> list[str]:
    """Return the options that the verb of a command has."""
    found: click.Command | None = costmodel
    for word in words[:2]:
        if isinstance(found, click.Group):
            found = found.get_command(click.Context(found), word)
    assert found
    return [
        one for option in found.params if isinstance(option, click.Option) for one in option.opts if one not in KEPT_OUT
    ]


KEPT_OUT = {"--open", "--write", "--watch", "--help", "-h"}
"""Options that open a browser, change the package, never end, or ask for help."""


def verbs() -> Iterator[str]:
    """Yield the verbs that the commands above leave out."""
    used = {line.split()[0] for line in OF_OPTIONS}
    yield from (verb for verb in VERBS if verb not in used)
