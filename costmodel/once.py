"""What follows from a frozen object is computed once: Python's `cached_property`, for functions of other modules."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_NAME = "_found_once"


class _Found(dict[tuple[object, ...], Any]):
    """What has been computed of an object, by function and further arguments; a copy of the object finds it anew."""

    def __reduce__(self) -> tuple[type[_Found], tuple[()]]:
        return _Found, ()


def once(function: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], T]:
    """Let a function be computed once for each object and further arguments; the result is kept with the object."""

    @wraps(function)
    def kept(of: Any, /, *further: P.args, **named: P.kwargs) -> T:
        known = vars(of).setdefault(_NAME, _Found())
        key = (function, *further, *named.items())
        if key not in known:
            known[key] = function(of, *further, **named)
        found: T = known[key]
        return found

    return kept
