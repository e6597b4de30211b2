"""`costmodel import architecture CONFIG.json`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from costmodel.cli.shared import note
from costmodel.domain.architecture import architecture_of
from costmodel.performance.machine.shape import active_parameters, parameters
from costmodel.specs.published import Shape, read_published

_ID = re.compile(r"[^a-z0-9._-]+")


@click.group("import")
def command() -> None:
    """Make spec files of what others publish."""


@command.command("architecture")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Name of the model; that of the file or its folder, if not given.")
@click.option("--source", default="published-config", show_default=True, help="Id of its source in sources.toml.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of your own specs to write into.")
def architecture(config: Path, name: str | None, source: str, out: Path | None) -> None:
    """Turn the config.json that a model's publisher gives into an architecture file.

    The file is printed, or written to OUT/architectures/ with an entry for its source in OUT/sources.toml.
    """
    label = name or _label(config)
    shape = read_published(config)
    text = as_toml(label, source, shape)
    one = architecture_of(_id(label), label, shape)
    counts = [f"{float(count(one).magnitude) / 1e9:,.2f}" for count in (parameters, active_parameters)]
    note(
        f"{label}: {counts[0]} billion parameters, {counts[1]} billion active for a token; compare with the model card"
    )
    if out is None:
        click.echo(text, nl=False)
        return
    file = out / "architectures" / f"{_id(label)}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    _cite(out / "sources.toml", source, label)
    note(f"wrote {file}; use it with --specs {out}")


def as_toml(name: str, source: str, shape: Shape) -> str:
    """Return an architecture file."""
    tables: dict[str, list[str]] = {"": [f'name = "{name}"', f'source = "{source}"', f'aliases = ["{name}"]']}
    for key, value in shape.items():
        table, _, last = key.rpartition(".")
        tables.setdefault(table, []).append(f'{last} = "{value}"' if isinstance(value, str) else f"{last} = {value}")
    return (
        "\n\n".join("\n".join([*([f"[{table}]"] if table else []), *lines]) for table, lines in tables.items()) + "\n"
    )


def _cite(file: Path, source: str, name: str) -> None:
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if f"[{source}]" not in text:
        entry = f'[{source}]\ntitle = "Published configuration of {name}"\nconfidence = "primary"\n'
        file.write_text(f"{text}\n{entry}" if text else entry, encoding="utf-8", newline="\n")


def _label(config: Path) -> str:
    stem = config.stem.removesuffix("_config")
    named = config.resolve().parent.name if stem == "config" else stem
    return re.sub(r'["\\\x00-\x1f]', "", named.rpartition("--")[2])


def _id(label: str) -> str:
    return _ID.sub("-", label.lower()).strip("-._")
