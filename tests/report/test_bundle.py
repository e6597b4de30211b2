"""The chart library and its cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from costmodel.errors import CostModelError
from costmodel.report import bundle

MADE = "let a = 1;"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put the cache into a folder of the test, and make the library at once."""
    monkeypatch.setattr(bundle, "user_cache_path", lambda _: tmp_path / "cache")
    monkeypatch.setattr(bundle.vl_convert, "javascript_bundle", lambda _snippet, vl_version: f"{MADE}// {vl_version}")
    bundle.chart_library.cache_clear()
    yield tmp_path / "cache"
    bundle.chart_library.cache_clear()


def again() -> str:
    """Return the library as a new process would."""
    bundle.chart_library.cache_clear()
    return bundle.chart_library()


def test_it_is_made_once_and_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process reads what the first one made, for the Vega-Lite that Altair writes."""
    first = again()
    monkeypatch.setattr(bundle.vl_convert, "javascript_bundle", lambda *_, **__: pytest.fail("made twice"))
    assert again() == first
    assert first.startswith(f"{MADE}// 6.")
    assert [file.suffix for file in cache.iterdir()] == [".js"]


def test_half_a_file_is_made_anew(cache: Path) -> None:
    """A file that was cut short is not trusted."""
    whole = again()
    file = next(cache.iterdir())
    file.write_text(whole[:5])
    assert again() == whole
    assert file.read_text() == whole


def test_a_cache_that_cannot_be_written_costs_only_time(cache: Path) -> None:
    """Where the folder cannot be made, the page is made all the same."""
    cache.write_text("a file where the folder should be")
    assert again().startswith(MADE)


def test_a_library_that_would_end_its_script_is_refused(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page cannot hold is an error, not a broken page."""
    monkeypatch.setattr(bundle.vl_convert, "javascript_bundle", lambda *_, **__: "let a = '</SCRIPT>'")
    with pytest.raises(CostModelError, match="script tag"):
        again()
    assert not cache.exists()
