"""`costmodel import architecture`: what it prints and writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import tomli
from click.testing import CliRunner

from costmodel.cli.import_ import architecture
from costmodel.domain.architecture import load_architecture
from costmodel.errors import CostModelError, SpecError
from costmodel.specs.catalog import Catalog
from costmodel.specs.published import read_published

HERE = Path(__file__).parents[1] / "golden" / "published"
LLAMA = HERE / "llama-3.1-8b.json"
REFUSED = {"bert", "t5-encdec", "no-ffn", "moe-topk-gt-count", "kv-zero"}
READ = sorted(file.stem for file in HERE.glob("*.json") if file.stem not in REFUSED)


def run(*arguments: str) -> str:
    """Return what the verb prints."""
    return CliRunner().invoke(architecture, list(arguments), catch_exceptions=False).stdout


def refusal(*arguments: str) -> str:
    """Return why the verb refuses."""
    with pytest.raises(CostModelError) as caught:
        run(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("name", READ)
def test_the_file_that_is_written_keeps_all_of_the_shape(tmp_path: Path, name: str) -> None:
    """Read back as a spec, it is the model that was read, value by value."""
    file = HERE / f"{name}.json"
    run(str(file), "--name", name, "--source", "card", "--out", str(tmp_path))
    [written] = (tmp_path / "architectures").glob("*.toml")
    found = load_architecture(Catalog([tmp_path]), written.stem)
    published = read_published(file)
    for key, value in published.shape.items():
        kept = getattr(found, key.replace(".", "_"))
        assert (kept if isinstance(value, str) else kept.magnitude) == value, key
    assert found.note == published.note


@pytest.mark.parametrize("name", ["日本", "...", "..", "", " ", "a\nb", "x" * 200, "\u202e"])
def test_a_name_that_makes_no_file_is_refused(tmp_path: Path, name: str) -> None:
    """Nothing is written under an empty name, outside the folder, or over several lines."""
    assert "--name" in refusal(str(LLAMA), "--name", name, "--out", str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("source", ['a"b', "a]\n[b", "..", "", "日本", "a b"])
def test_a_source_is_an_id(tmp_path: Path, source: str) -> None:
    """No table is put into the bibliography by a name."""
    assert "--source must be an id" in refusal(str(LLAMA), "--source", source, "--out", str(tmp_path))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a'b", 'say "no"', "back\\u", "[x]"])
def test_names_are_written_as_toml(tmp_path: Path, name: str) -> None:
    """Quotes, brackets and backslashes are read back as they were."""
    run(str(LLAMA), "--name", name, "--out", str(tmp_path))
    [written] = (tmp_path / "architectures").glob("*.toml")
    assert tomli.loads(written.read_text(encoding="utf-8"))["name"] == name
    assert name in tomli.loads((tmp_path / "sources.toml").read_text(encoding="utf-8"))["published-config"]["title"]


def test_sources_are_added_once(tmp_path: Path) -> None:
    """A second model of the same source leaves the bibliography as it is; one that does not parse is left alone."""
    for name in ("one", "two"):
        run(str(LLAMA), "--name", name, "--out", str(tmp_path))
    assert (tmp_path / "sources.toml").read_text(encoding="utf-8").count("[published-config]") == 1
    (tmp_path / "sources.toml").write_text("[broken", encoding="utf-8")
    with pytest.raises(SpecError, match=r"sources\.toml"):
        run(str(LLAMA), "--name", "three", "--out", str(tmp_path))


def test_windows_longer_than_the_sequence_do_not_show() -> None:
    """The cache grows with the context up to the window, and not beyond it."""
    mistral = str(HERE / "mistral-7b-v0.1.json")
    sizes = [
        json.loads(run(mistral, "--format", "json", "--context", str(n)))["cache_bytes"] for n in (2048, 4096, 9999)
    ]
    assert sizes[0] * 2 == sizes[1] == sizes[2]


def test_a_table_for_people() -> None:
    """Parameters, cache and what was taken for granted, in words."""
    said = run(str(HERE / "gemma-3-27b.json"), "--format", "table", "--context", "8192")
    assert "27.01 billion" in said
    assert "cache of 8,192 tokens" in said
    assert "10 softmax, 52 windowed" in said
    assert "left out by the file" in said
