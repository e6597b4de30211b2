"""A published configuration file, asked by our names: what it says, and what its family leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from costmodel.errors import SpecError
from costmodel.specs.published.families import Family, class_defaults, spellings

MOST_LAYERS = 10_000
LARGEST = 10**9
NOT_FILLED = (
    "layers",
    "hidden_size",
    "vocabulary",
    "heads",
    "width",
    "experts",
    "experts_per_token",
    "expert_width",
    "key_value_rank",
    "index_top",
    "state_size",
)
"""What a file of its own must say: the library writes every key of it, unlike tables within a file."""


class Config:
    """The decoder of a configuration file, with what was taken for granted and what was remarked while reading it."""

    def __init__(self, values: Mapping[str, Any], family: Family, *, model_type: str, nested: bool) -> None:
        """Know the file's values, its family, and whether its decoder is a table within a larger file."""
        self.values, self.family, self.model_type = values, family, model_type
        self.filled: dict[str, object] = {}
        self.remarks: list[str] = [family.note] if family.note else []
        self.read: set[str] = set()
        self._spelled = {**spellings(), **family.spelled}
        usual = {**class_defaults(model_type), **family.default}
        barred = () if nested else set(NOT_FILLED) - set(family.optional)
        self._usual = {name: value for name, value in usual.items() if name not in barred}
        self._barred = {name for name, value in usual.items() if name in barred and value}

    def get(self, name: str) -> Any:
        """Return a value by our name or its own key, nothing where the file has none or says null."""
        keys = self._spelled.get(name, [name])
        self.read.update(key.partition(".")[0] for key in keys)
        said = {key: found[0] for key in keys if (found := _look(self.values, key))}
        values = [value for value in said.values() if value is not None]
        if values[1:] and any(other != values[0] for other in values[1:]) and name != "context":
            self.remarks.append(f"{', '.join(said)} differ: the first that is given counts")
        if not said and name in self._usual:
            self.filled[name] = self._usual[name]
            return self._usual[name]
        return values[0] if values else None

    def said(self, name: str) -> bool:
        """Return whether the file itself has a value, null included."""
        return any(_look(self.values, key) for key in self._spelled.get(name, [name]))

    def whole(self, name: str, most: int = LARGEST) -> int:
        """Return a count of at least one, or a SpecError that names the keys that would do."""
        value = self.get(name)
        if value is None:
            raise missing(self.key(name), self._spelled.get(name, [name]))
        return counted(self.key(name), value, most)

    def owes(self, name: str) -> bool:
        """Return whether a file leaves out a size that models of its type have: that is not none of it."""
        return name in self._barred and not self.said(name)

    def maybe(self, name: str) -> int:
        """Return a count that may be zero, or missing where models of the type need not have it."""
        value = self.whole(name) if self.owes(name) else self.get(name)
        return 0 if value is None or value is False else counted(self.key(name), value, least=0)

    def flag(self, name: str, *, usual: bool = False) -> bool:
        """Return a value of yes or no."""
        value = self.get(name)
        if value is None:
            return usual
        if not isinstance(value, bool):
            raise refused(self.key(name), f"{_short(value)} is neither true nor false")
        return value

    def table(self, name: str) -> Mapping[str, Any]:
        """Return a table of the file, an empty one where it has none."""
        value = self.get(name)
        return value if isinstance(value, dict) else {}

    def list_of(self, name: str, layers: int) -> list[Any] | None:
        """Return a list with a value for every layer, or a SpecError; nothing where the file has none."""
        value = self.get(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise refused(self.key(name), f"{_short(value)} is no list with an entry for each of {layers} layers")
        if len(value) not in (layers, layers + self._drafting):
            raise refused(self.key(name), f"has {len(value)} entries for {layers} layers")
        return value[:layers]

    @property
    def _drafting(self) -> int:
        """How many layers draft further tokens: some files list them behind the others, and they are left out."""
        count = self.values.get("num_nextn_predict_layers")
        return count if isinstance(count, int) else 0

    def key(self, name: str) -> str:
        """Return the key under which the file gives a value, else the usual one."""
        keys = self._spelled.get(name, [name])
        return next((key for key in keys if _look(self.values, key)), keys[0] if keys else name)

    def remark(self, text: str) -> None:
        """Note what a reader of the result has to know."""
        if text not in self.remarks:
            self.remarks.append(text)


def counted(key: str, value: object, most: int = LARGEST, *, least: int = 1) -> int:
    """Return a whole number within bounds, or a SpecError that names its key."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise refused(key, f"{_short(value)} is no whole number")
    if not least <= value <= most:
        raise refused(key, f"{_short(value)} is not from {least} to {most:,}")
    return value


def refused(key: str, problem: str) -> SpecError:
    """Return the error for a key that cannot be what it says; the file is put before it at the door."""
    return SpecError([f"{key}: {problem}"])


def missing(key: str, known: list[str]) -> SpecError:
    """Return the error for a value that a file does not give."""
    others = f" (or {', '.join(one for one in known if one != key)})" if len(known) > 1 else ""
    return refused(key, f"is missing{others}: add it to the file; it is not guessed")


def _look(values: Mapping[str, Any], key: str) -> tuple[Any] | None:
    head, _, rest = key.partition(".")
    if head not in values:
        return None
    inner = values[head]
    if not rest:
        return (inner,)
    return _look(inner, rest) if isinstance(inner, dict) else None


def _short(value: object) -> str:
    return str(value)[:40]
