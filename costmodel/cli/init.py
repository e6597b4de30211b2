"""`costmodel init KIND NAME`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from costmodel.cli.option_types import NewFolder
from costmodel.cli.shared import open_catalog, say
from costmodel.domain.offers import load_offer
from costmodel.domain.usual_program import usual
from costmodel.errors import CostModelError
from costmodel.specs.attribute import Kind
from costmodel.specs.kinds import KINDS
from costmodel.specs.scaffold import FILL_IN, scaffold, sources_scaffold
from costmodel.writing import today, write_files

EXAMPLE = "maia-200"
"""The program whose figures stand as examples where nothing is usual."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)?")


@click.command("init")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("name")
@click.option(
    "--out",
    type=NewFolder(),
    default=Path("specs"),
    show_default=True,
    help="Folder of your own spec files; give it to other verbs as --specs.",
)
@click.option("--like", metavar="ID", help="Begin with a copy of a shipped file of this kind instead.")
def command(kind: str, name: str, out: Path, like: str | None) -> None:
    """Write a commented file of a kind to fill in, with required lines marked, and say what to do next.

    KIND is accelerator, system, purchase, rental, program, api, site, scenario and so on; NAME becomes the id.
    """
    file = _file(KINDS[kind], name, out)
    text = _copied(kind, like) if like else scaffold(KINDS[kind], _title(name), _known(kind, out), _figures(kind))
    sources = out / "sources.toml"
    write_files({file: text} | ({} if sources.exists() else {sources: sources_scaffold(today())}))
    for line in _next(kind, file, out):
        say(line)


def _file(kind: Kind, name: str, out: Path) -> Path:
    """Return the file for a name, or an error if the name is no id or the file is there already."""
    if not _NAME.fullmatch(name):
        msg = (
            f'"{name[:60]}" cannot be an id: it has lower-case letters, digits, . _ -, and one / at most, '
            f"such as my-chip or us/my-chip"
        )
        raise CostModelError(msg)
    file = out / kind.folder / f"{name}.toml"
    if file.exists():
        msg = f"{file} is there already: edit it, or choose another name"
        raise CostModelError(msg)
    return file


def _copied(kind: str, like: str) -> str:
    catalog = open_catalog(())
    text = catalog.files(kind)[catalog.full_id(kind, like)].read_text(encoding="utf-8")
    begun = f"# Begun as a copy of {kind} {like}: every figure and source below is that one's until you change it.\n"
    return begun + re.sub("^aliases =", "# aliases =", text, flags=re.MULTILINE)  # they go on to mean that one


def _known(kind: str, out: Path) -> dict[str, str]:
    """Return the references that can only mean the one spec of their kind that lies in the folder."""
    known = {}
    for attribute in KINDS[kind]:
        folder = out / KINDS[attribute.refers_to].folder if attribute.refers_to in KINDS else out
        own = sorted(folder.rglob("*.toml")) if attribute.type == "reference" and folder.is_dir() else []
        if len(own) == 1:
            known[attribute.key] = own[0].relative_to(folder).with_suffix("").as_posix()
    return known


def _figures(kind: str) -> dict[str, str]:
    """Return plausible figures of a program: what is usual, and for the rest those of a shipped one."""
    if kind != "program":
        return {}
    facts = {**load_offer(open_catalog(()), f"{kind}/{EXAMPLE}", None).facts, **usual()}
    return {key: f"{fact.value.magnitude:g} {fact.value.units:~C}".strip() for key, fact in facts.items()}


def _title(name: str) -> str:
    return name.rpartition("/")[2].replace("-", " ").capitalize()


def _next(kind: str, file: Path, out: Path) -> list[str]:
    followers = {
        "accelerator": "system",
        "system": "purchase",
        "purchase": "scenario",
        "rental": "scenario",
        "program": "scenario",
        "api": "scenario",
    }
    lines = [
        f"Wrote {file}. Next:",
        f"  1. put your figures in place of the examples and of each {FILL_IN}; sources go to {out / 'sources.toml'}",
        f"  2. costmodel check {file} --specs {out}",
    ]
    if kind == "scenario":
        return [*lines, f"  3. costmodel compare {file} --specs {out}"]
    follower = followers.get(kind)
    like = " --like copilot" if follower == "scenario" else ""
    more = f"  3. costmodel init {follower} my-{follower}{like} --out {out}"
    return [*lines, more] if follower else lines
