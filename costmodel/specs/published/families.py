"""Families of published models, from `families.toml`: which a file belongs to, or why it is none that is modelled."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from costmodel.errors import SpecError, did_you_mean

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Family:
    """What the files of one family mean; the keys are those of `families.toml`."""

    name: str
    types: tuple[str, ...]
    classes: tuple[str, ...] = ()
    matrices: int = 3
    pattern: str = "full"
    every: int = 0
    every_key: str = ""
    experts: str = ""
    shared: int = 0
    shared_of_hidden: int = 0
    beside: bool = False
    beside_key: str = ""
    linear: str = ""
    state: str = ""
    gate: str = ""
    positions: str = ""
    positions_more: int = 0
    width_of_hidden: int = 0
    width_share: float = 1.0
    dense_first: tuple[str, ...] = ()
    multi_query: bool = False
    one_key: bool = False
    scaled_context: bool = True
    scaling: str = "tensor"
    further: str = ""
    note: str = ""
    optional: tuple[str, ...] = ()
    default: Mapping[str, Any] = field(default_factory=dict)
    spelled: Mapping[str, list[str]] = field(default_factory=dict)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((HERE / "families.toml").read_text(encoding="utf-8"))


@cache
def _all_defaults() -> dict[str, dict[str, Any]]:
    return tomllib.loads((HERE / "class_defaults.toml").read_text(encoding="utf-8"))


@cache
def families() -> tuple[Family, ...]:
    """Return all families."""
    return tuple(_family(name, content) for name, content in _data()["family"].items())


def _family(name: str, content: Mapping[str, Any]) -> Family:
    found: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in content.items()}
    return Family(name, **found)


def spellings() -> dict[str, list[str]]:
    """Return by our names the keys under which files give a value."""
    return dict(_data()["spellings"])


def structural_keys() -> list[str]:
    """Return keys that change a shape: a file that has one which its family does not read is not understood."""
    return list(_data()["structural"]["keys"])


def looks_like_a_size(key: str) -> bool:
    """Return whether a key is called like a size of a model, and is not known to change no matrix of it."""
    sizes = _data()["sizes"]
    return key.endswith(tuple(sizes["ends"])) and key not in sizes["harmless"]


def nested_tables() -> list[str]:
    """Return the tables in which files of models that read more than text hold the decoder."""
    return list(_data()["nested"]["tables"])


def class_defaults(model_type: str) -> dict[str, Any]:
    """Return what the library's configuration class of a model type takes where a file says nothing."""
    return dict(_all_defaults().get(model_type, {}))


def what_it_is(model_type: str) -> str:
    """Return what a model is that is no decoder of text; nothing where it may be one."""
    return next((words for words, types in _data()["refused"].items() if model_type in types), "")


def family_named(name: str) -> tuple[Family, str]:
    """Return the family of a model type, and that type, or a SpecError with near ones."""
    for one in families():
        if name in one.types:
            return one, name
        if name == one.name:
            return one, one.types[0]
    types = [type_ for one in families() for type_ in one.types]
    raise SpecError([f'no family has the model type "{name[:80]}".{did_you_mean(name, types)}'])


def family_of(model_type: str, classes: object) -> tuple[Family, str] | None:
    """Return the family of a file by its model type, else by the class of its model; nothing where neither is known."""
    found = next((one for one in families() if model_type in one.types), None)
    if found:
        return found, model_type
    named = [name for name in classes if isinstance(name, str)] if isinstance(classes, list) else []
    by_class = next((one for one in families() if set(named) & set(one.classes)), None)
    return (by_class, model_type) if by_class else None
