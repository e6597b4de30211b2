"""The names of what is shipped, to parametrise tests with."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

import costmodel
from costmodel.formula import REGISTRY
from costmodel.specs.catalog import Catalog, data_folder
from costmodel.specs.kinds import KINDS

ROOT = Path(costmodel.__file__).resolve().parents[1]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(costmodel.__path__, "costmodel.")
    if not module.name.endswith("__main__")
)
for _name in MODULES:
    if ".formulas" in _name:
        import_module(_name)

FORMULAS = sorted(name for name, one in REGISTRY.items() if one.body.__module__.startswith("costmodel."))
SCENARIOS = Catalog().ids("scenario")
ARCHITECTURES = Catalog().ids("architecture")
SPECS = [(kind, id_) for kind in KINDS for id_ in Catalog().ids(kind)]
SOURCE_FILES = sorted((ROOT / "costmodel").rglob("*.py"))
HARDWARE = data_folder("hardware")
