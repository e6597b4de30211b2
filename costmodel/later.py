"""Libraries that are loaded when something of them is first used: most verbs import pandas, and few of them need it.

Python's own `LazyLoader` is of no use here: the second `import` of a module asks it for its `__spec__`, and it then
loads at once what nobody has used yet.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a library until it is used, and then passes on what is asked of it."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        library = import_module(self.__name__)
        vars(self).update(vars(library))
        return getattr(library, name)


def later(name: str) -> None:
    """Let a library be loaded when it is first used, however often it is imported before."""
    if name not in sys.modules:
        found = _Later(name)
        found.__spec__ = find_spec(name)
        sys.modules[name] = found
