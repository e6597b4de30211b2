"""Pages on paper."""

from __future__ import annotations

import pytest

from costmodel.errors import CostModelError
from costmodel.report.paper import pdf_of


@pytest.mark.parametrize("named", ["", "no-such-browser"])
def test_without_a_browser_the_error_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    """Where there is no Chromium, or none under the name that was given, the way out is named."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("COSTMODEL_CHROMIUM", named)
    with pytest.raises(CostModelError, match="name it by COSTMODEL_CHROMIUM"):
        pdf_of("<html></html>")


def test_a_browser_that_prints_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a program said that made no PDF is told."""
    monkeypatch.setenv("COSTMODEL_CHROMIUM", "true")
    with pytest.raises(CostModelError, match="printed no PDF: it said nothing"):
        pdf_of("<html></html>")
