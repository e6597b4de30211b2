"""Libraries that are loaded when something of them is first used: most verbs import pandas, and few of them need it."""

from __future__ import annotations

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec


def later(name: str) -> None:
    """Let a library be loaded when it is first used, however often it is imported before."""
    spec = None if name in sys.modules else find_spec(name)
    if spec is None or spec.loader is None:
        return
    spec.loader = LazyLoader(spec.loader)
    sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
