"""`costmodel import architecture CONFIG.json`."""

from __future__ import annotations

import re
from pathlib import Path

import click
import tomli
import tomli_w

from costmodel.cli.option_types import NewFolder
from costmodel.cli.shared import format_option, note, print_answer, say
from costmodel.cli.tables import figure, print_table
from costmodel.domain.architecture import Architecture, architecture_of
from costmodel.errors import CostModelError, SpecError
from costmodel.performance.machine import published as sizes
from costmodel.performance.machine.constants import load_constants
from costmodel.performance.machine.shape import active_parameters, parameters
from costmodel.specs.files import read_text
from costmodel.specs.published import Published, read_published
from costmodel.specs.toml_file import LARGEST_FILE
from costmodel.units import quantity
from costmodel.writing import write_files

_ID = re.compile(r"[^a-z0-9._-]+")
_WHOLE_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")
LONGEST_NAME = 120
USUAL_CONTEXT = 4096


@click.group("import")
def command() -> None:
    """Make spec files of what others publish."""


@command.command("architecture")
@click.argument("config", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Name of the model; that of the file or its folder, if not given.")
@click.option("--source", default="published-config", show_default=True, help="Id of its source in sources.toml.")
@click.option("--out", type=NewFolder(), help="Folder of your own specs to write into.")
@click.option("--family", default="", help="Model type whose files are read alike, for a file of an unknown type.")
@click.option(
    "--context",
    type=click.IntRange(1, 10**9 - 1),
    help=f"Tokens of the sequence whose cache is told; {USUAL_CONTEXT} if not given.",
)
@format_option("toml", "table", "json")
def architecture(
    config: Path, name: str | None, source: str, out: Path | None, family: str, context: int | None, style: str
) -> None:
    """Turn the config.json that a model's publisher gives into an architecture file.

    The file is printed, or written to OUT/architectures/ with an entry for its source in OUT/sources.toml. As a table
    or as JSON, what follows from it is printed instead: parameters, bytes of weights, cache and states, layers by kind.
    What the file leaves out is taken as usual for its family and said; what is not understood is refused.
    """
    label = _checked_name(name) if name is not None else _label(config)
    _checked_id(source, "--source")
    published = read_published(config, family)
    model = architecture_of(id_of(label), label, published.shape)
    found = _figures(model, published, context or USUAL_CONTEXT)
    print_answer(
        style,
        json=lambda: found,
        table=lambda: _print_table(label, found, context or USUAL_CONTEXT),
        toml=lambda: _tell(label, published, found),
    )
    if style == "toml" and out is None:
        say(as_toml(label, source, published), end=False)
    if out is not None:
        _write(out, label, source, published)


def as_toml(name: str, source: str, published: Published) -> str:
    """Return an architecture file."""
    content: dict[str, object] = {"name": name, "source": source, "aliases": [name]}
    if published.notes:
        content["note"] = published.note
    tables: dict[str, dict[str, object]] = {}
    for key, value in published.shape.items():
        table, _, last = key.rpartition(".")
        (tables.setdefault(table, {}) if table else content)[last] = value
    return tomli_w.dumps({**content, **tables})


def id_of(name: str) -> str:
    """Return the id of a name, or an error where nothing is left of it."""
    found = _ID.sub("-", name.lower()).strip("-._")
    if not found:
        msg = f'"{name[:80]}" has no letter a to z and no digit for the name of a file: give another --name'
        raise CostModelError(msg)
    return found


def _figures(model: Architecture, published: Published, context: int) -> dict[str, object]:
    """Return what follows from a shape, as plain numbers."""
    cache = sizes.cache_bytes(model, quantity(float(context)))
    limit = round(float(model.context_limit.magnitude))
    return {
        "parameters": round(float(parameters(model).magnitude)),
        "active_parameters": round(float(active_parameters(model).magnitude)),
        "weight_bytes": _bytes(sizes.weight_bytes(model)),
        "cache_bytes": _bytes(cache),
        "state_bytes": _bytes(sizes.state_bytes(model, load_constants())),
        "context_limit": limit or None,
        "layers": sizes.layer_counts(model),
        "notes": list(published.notes),
    }


def _bytes(value: object) -> int:
    return round(float(value.to("byte").magnitude))  # type: ignore[attr-defined]


def _print_table(label: str, found: dict[str, object], context: int) -> None:
    """Print the figures as people read them."""
    layers = ", ".join(f"{count} {kind}" for kind, count in found["layers"].items())  # type: ignore[attr-defined]
    limit = found["context_limit"]
    rows = [
        ("parameters", f"{_billions(found['parameters'])} billion"),
        ("active for a token", f"{_billions(found['active_parameters'])} billion"),
        ("weights as published", f"{_billions(found['weight_bytes'])} GB"),
        (f"cache of {context:,} tokens", f"{_billions(found['cache_bytes'])} GB"),
        ("states of a sequence", f"{_billions(found['state_bytes'])} GB"),
        ("longest sequence", f"{limit:,} tokens" if isinstance(limit, int) else "not stated"),
        ("layers", layers),
        *((("note"), text) for text in found["notes"]),  # type: ignore[attr-defined]
    ]
    print_table(label, ("of the model", "value"), rows)


def _billions(value: object) -> str:
    return figure(float(value) / 1e9)  # type: ignore[arg-type]


def _tell(label: str, published: Published, found: dict[str, object]) -> None:
    counts = [_billions(found[name]) for name in ("parameters", "active_parameters")]
    note(
        f"{label}, read as {published.family}: {counts[0]} billion parameters, {counts[1]} billion active for a token; "
        "compare with the model card"
    )
    for remark in published.notes:
        note(remark)


def _write(out: Path, label: str, source: str, published: Published) -> None:
    file = out / "architectures" / f"{id_of(label)}.toml"
    write_files({file: as_toml(label, source, published)} | _cited(out / "sources.toml", source, label))
    note(f"wrote {file}; use it with --specs {out}")


def _cited(file: Path, source: str, name: str) -> dict[Path, str]:
    """Return the bibliography with an entry added, or nothing where it is there already."""
    text = read_text(file, LARGEST_FILE, "a bibliography is smaller") if file.exists() else ""
    try:
        known = tomli.loads(text)
    except (ValueError, RecursionError) as error:
        raise SpecError([f"{file}: {error}: mend it before a source is added"]) from None
    if source in known:
        return {}
    entry = tomli_w.dumps({source: {"title": f"Published configuration of {name}", "confidence": "primary"}})
    return {file: f"{text}\n{entry}" if text else entry}


def _checked_name(name: str) -> str:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        msg = f"--name must be one line of at most {LONGEST_NAME} printable characters, not {name[:40]!r}"
        raise CostModelError(msg)
    id_of(name)
    return name


def _checked_id(text: str, option: str) -> None:
    if not _WHOLE_ID.fullmatch(text) or len(text) > LONGEST_NAME:
        msg = f'{option} must be an id of letters a to z, digits, ".", "-" and "_", not {text[:40]!r}'
        raise CostModelError(msg)


def _label(config: Path) -> str:
    stem = config.stem.removesuffix("_config")
    named = config.resolve().parent.name if stem == "config" else stem
    label = "".join(c for c in named.rpartition("--")[2] if c.isprintable())[:LONGEST_NAME]
    return label if _ID.sub("-", label.lower()).strip("-._") else "model"
