"""A scenario and specs of one's own in which every text wants out: into a page, a script, a spreadsheet, a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli
import tomli_w

from costmodel.specs.catalog import data_folder

LONG = 1_800
"""Characters of a long text: of more than 2,000 a file is refused."""
TEXT = (
    "=cmd()|'/C calc'!A0\"</script><img src=x onerror=window.pwned=1>"
    "{{7*7}}${window.pwned=2}\u202e\x1b[31m javascript:x"
)
TEXTS = {"title", "question", "note", "reason", "name", "publisher", "at"}
FILES = (
    "accelerators/nvidia/a100-sxm4-80gb.toml",
    "systems/nvidia/hgx-a100-80gb.toml",
    "offers/purchase/hgx-a100-80gb.toml",
    "offers/rental/azure-nd-a100-80gb-on-demand.toml",
    "sites/us-hyperscale.toml",
)


def hostile(content: Any, file: str, key: str = "") -> Any:
    """Return the content of a spec file with its texts replaced, and every address by one that would click."""
    if isinstance(content, dict):
        return {name: hostile(value, file, name) for name, value in content.items()}
    if isinstance(content, list):
        return [hostile(one, file) for one in content]
    if key in TEXTS:
        return f"{TEXT} {file} {'x' * (LONG if key == 'note' else 0)}".strip()
    return 'https://example.org/"onclick=window.pwned=3' if key == "url" else content


def write_hostile(folder: Path) -> Path:
    """Write the specs and a scenario, and return the scenario's file."""
    for name in (*FILES, "sources.toml"):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(tomli_w.dumps(hostile(tomli.loads((data_folder("hardware") / name).read_text()), name)))
    content = tomli.loads((data_folder("reports") / "copilot-2023.toml").read_text())
    content["offers"].remove("rental/azure-nd-a100-80gb-three-year")
    change = {"plan.price": "20 USD/user/month"}
    content["levers"] = {"dear": {"title": "", "reason": "", "change": change}}
    file = folder / "reports" / "=1+2 {{7*7}}'\u202e.toml"
    file.parent.mkdir()
    file.write_text(tomli_w.dumps(hostile(content, file.stem)))
    return file
