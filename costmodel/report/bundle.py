"""The JavaScript that draws the charts (Vega, Vega-Lite, Vega-Embed), as one text for one script element."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import altair as alt
import vl_convert
from platformdirs import user_cache_path

from costmodel.errors import CostModelError
from costmodel.writing import write_file

_END = "\n/* costmodel: end of the chart library */\n"
_SNIPPET = "window.costmodelEmbed = vegaEmbed;"


@cache
def chart_library() -> str:
    """Return the library; making it takes about 3 s, so that it is kept in the user's cache folder.

    Special case: a cache that cannot be read or written costs time, never the page.
    """
    file = _cache_file()
    kept = _read(file)
    if kept:
        return kept
    made = _made()
    _keep(file, made)
    return made


def _cache_file() -> Path:
    parts = (
        version("vl-convert-python"),
        vl_convert.get_vega_version(),
        _vegalite(),
        vl_convert.get_vega_embed_version(),
    )
    return user_cache_path("costmodel") / f"charts-{'-'.join(parts)}.js"


def _vegalite() -> str:
    """Return the Vega-Lite release that Altair writes for, or the newest there is."""
    written_for = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    known: list[str] = vl_convert.get_vegalite_versions()
    return written_for if written_for in known else known[-1]


def _read(file: Path) -> str:
    """Return the kept library, or nothing where there is none or only a part of it."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    return text if text.endswith(_END) and _fits_a_script(text) else ""


def _made() -> str:
    text = vl_convert.javascript_bundle(_SNIPPET, vl_version=_vegalite()).replace("\r", "") + _END
    if not _fits_a_script(text):
        msg = "The chart library of this vl-convert holds a script tag, which a page cannot embed; use another version"
        raise CostModelError(msg)
    return text


def _fits_a_script(text: str) -> bool:
    lower = text.lower()
    return not any(mark in lower for mark in ("</script", "<script", "<!--"))


def _keep(file: Path, text: str) -> None:
    with suppress(OSError, CostModelError):
        write_file(file, text)
