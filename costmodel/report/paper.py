"""A page as PDF, printed by a Chromium of this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from costmodel.errors import CostModelError
from costmodel.writing import write_file

NAMED = "COSTMODEL_CHROMIUM"
"""Environment variable that may name the browser."""
KNOWN = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge", "microsoft-edge")
PAPERS = ("A4", "Letter")
PATIENCE = 300
"""Seconds after which a browser is taken to be stuck."""


def chromium() -> str:
    """Return the program of a Chromium, or an error that says how to give one."""
    given = os.environ.get(NAMED, "")
    found = next((path for name in ([given] if given else KNOWN) if (path := shutil.which(name))), None)
    if found is None:
        what = f"{NAMED} is {given}, which is no program" if given else f"none of {', '.join(KNOWN)} is on the path"
        msg = f"A PDF is printed by Chromium, and {what}: install it, name it by {NAMED}, or take --format html or md"
        raise CostModelError(msg)
    return found


def pdf_of(html: str, paper: str = PAPERS[0]) -> bytes:
    """Return a page as it is printed on a size of paper, charts and all, without a margin of the browser's own."""
    with tempfile.TemporaryDirectory(prefix="costmodel-") as name:
        folder = Path(name)
        page, out = folder / "page.html", folder / "page.pdf"
        sized = html.replace("</style>", f"@page {{ size: {paper}; }}\n</style>", 1)
        write_file(page, sized.replace("<html ", "<html data-paper ", 1))
        said = _printed(page, out, folder)
        if not out.is_file():
            msg = f"Chromium printed no PDF: {said.strip()[-300:] or 'it said nothing'}"
            raise CostModelError(msg)
        return out.read_bytes()


def _printed(page: Path, out: Path, folder: Path) -> str:
    """Let the browser print, after as much of its own time as charts take to be drawn; return what it said."""
    options = ["--headless", "--disable-gpu", "--no-pdf-header-footer", "--virtual-time-budget=60000"]
    options += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has no other way
    options += [f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={out}", page.as_uri()]
    try:
        ran = subprocess.run([chromium(), *options], capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired:
        return f"it was not done after {PATIENCE} s"
    return ran.stderr.decode(errors="replace")
