"""The pages of the shipped scenarios as files: each is built once for all processes of a test run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from costmodel.report.building import Order, make
from costmodel.report.write import INDEX, Sheet, write_sheets
from tests.once import Once
from tests.shipped import SCENARIOS


@dataclass(frozen=True)
class Files:
    """Files by the name of their scenario, and that of their index; built when first asked for."""

    once: Once

    def __getitem__(self, name: str) -> Path:
        return self.once.make(f"page-of-{name}", lambda: self._written(name))

    def _written(self, name: str) -> Path:
        sheets = [self._sheet(one) for one in SCENARIOS] if name == INDEX else [self._sheet(name)]
        *_, page, index = write_sheets(sheets, self.once.folder / name)
        return index if name == INDEX else page

    def _sheet(self, name: str) -> Sheet:
        return self.once.make(f"sheet-of-{name}", lambda: _made(name))


def _made(name: str) -> Sheet:
    made = make(Order((name,)), name)
    assert made.sheet is not None, made.fault
    return made.sheet
