"""Pages in a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from costmodel.errors import CostModelError
from costmodel.report import Page, Section, cost_bars, write_pages
from costmodel.report.write import Style, sheet_of, stem_of, write_sheets


def test_pages_and_their_index(page: Page, tmp_path: Path) -> None:
    """Every page is a file, and the index tells each question with its answer."""
    other = replace(page, question="Or <build>?", scenario_file="reports/two.toml")
    files = write_pages([page, other], tmp_path / "new" / "folder")
    index = files[-1].read_text(encoding="utf-8")
    assert [file.name for file in files] == ["one.html", "two.html", "index.html"]
    assert '<a href="one.html">Buy or rent?</a>' in index
    assert '<a href="two.html">Or &lt;build&gt;?</a>' in index
    assert index.count("Buying is cheaper.") == 2
    assert "<script" not in index


def test_charts_become_pictures_in_which_names_are_text(page: Page, costs: pd.DataFrame, tmp_path: Path) -> None:
    """A picture is whole SVG beside its page, numbered as the chart is there; a name in it is text."""
    hostile = cost_bars(costs.assign(offer=["</text><script>x</script>", "b"]), "Cost")
    drawn = replace(page, sections=(Section("Words"), Section("Costs", chart=hostile)))
    files = write_sheets([sheet_of(drawn, Style(charts="svg"))], tmp_path)
    assert [file.name for file in files] == ["one.html", "one-chart-2.svg", "index.html"]
    root = ET.parse(files[1]).getroot()  # noqa: S314 - our own
    assert root.tag.endswith("svg")
    assert "<script" not in files[1].read_text(encoding="utf-8")
    assert "</text><script>x</script>" in "".join(root.itertext())


def test_a_chart_becomes_a_png(page: Page, costs: pd.DataFrame, tmp_path: Path) -> None:
    """A picture in dots is a PNG, as its first bytes say."""
    drawn = replace(page, sections=(Section("Costs", chart=cost_bars(costs, "Cost")),))
    files = write_sheets([sheet_of(drawn, Style(charts="png"))], tmp_path)
    assert files[1].name == "one-chart-1.png"
    assert files[1].read_bytes().startswith(b"\x89PNG")


def test_two_pages_for_one_file_are_an_error(page: Page, tmp_path: Path) -> None:
    """Nothing is overwritten in silence, and nothing is written before that is known."""
    with pytest.raises(CostModelError, match=r"both be written to one\.html"):
        write_pages([page, page], tmp_path / "out")
    with pytest.raises(CostModelError, match="the index"):
        write_pages([replace(page, scenario_file="index.toml")], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("scenario_file", "title", "name"),
    [
        ("reports/GPT 4o.toml", "", "gpt-4o"),
        ("", "Ein & Alles / ../etc", "ein-alles-etc"),
        ("", "", "page"),
        ("../../etc/passwd", "", "passwd"),
    ],
)
def test_names_of_files_are_plain(scenario_file: str, title: str, name: str) -> None:
    """Whatever a scenario is called, its page lands in the folder."""
    assert stem_of(Page(title, "", "", scenario_file=scenario_file)) == name
