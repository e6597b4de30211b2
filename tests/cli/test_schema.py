"""`costmodel schema`: the table of a kind, and the JSON Schema that editors use."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema
import pytest

from costmodel.specs.catalog import Catalog
from costmodel.specs.json_schema import json_schema
from costmodel.specs.kinds import KINDS
from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def plain(content: Any) -> Any:
    """Return TOML content as an editor hands it to a schema: dates are texts."""
    if isinstance(content, dict):
        return {key: plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [plain(value) for value in content]
    return content.isoformat() if isinstance(content, date) else content


@pytest.mark.parametrize("kind", KINDS)
def test_schema_accepts_every_shipped_file(catalog: Catalog, kind: str) -> None:
    """What `check` accepts, the schema accepts."""
    schema = json_schema(KINDS[kind])
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    for id_, file in catalog.files(kind).items():
        faults = [f"{id_}: {fault.message}" for fault in judge.iter_errors(plain(tomllib.loads(file.read_text())))]
        assert faults == []


@pytest.mark.parametrize(
    "broken",
    [
        {"name": 1},
        {"power": "700 W/accelerator"},
        {"power": {"value": "700 W/accelerator"}},
        {"power": {"value": 700, "source": "x"}},
        {"power": {"value": "700 W/accelerator", "source": "x", "sorce": "y"}},
        {"powr": {"value": "700 W/accelerator", "source": "x"}},
        {"peak": {"fp7": {"value": "1 TFLOP/s", "source": "x"}}},
        {"status": "soon"},
    ],
)
def test_schema_refuses_what_check_refuses(catalog: Catalog, broken: dict[str, Any]) -> None:
    """A wrong type, a missing source, a key that does not exist and a wrong choice are seen in the editor."""
    good = plain(tomllib.loads(catalog.files("accelerator")["nvidia/b200"].read_text()))
    judge = jsonschema.Draft202012Validator(json_schema(KINDS["accelerator"]))
    assert judge.is_valid(good)
    assert not judge.is_valid(good | broken)


def test_schema_knows_what_is_required() -> None:
    """Required keys of tables are required in their tables."""
    schema = json_schema(KINDS["accelerator"])
    assert set(schema["required"]) == {"name", "maker", "family", "peak", "memory", "power"}
    assert set(schema["properties"]["memory"]["required"]) == {"capacity", "bandwidth"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_table_and_a_schema(run: Run, kind: str) -> None:
    """Both forms are printed; the table names every key with its meaning."""
    shown = run("schema", kind).out
    assert all(attribute.key.split(".")[0] in shown for attribute in KINDS[kind])
    assert json.loads(run("schema", kind, "--format", "json-schema").out)["title"] == f"costmodel {kind}"


def test_kinds_are_listed(run: Run) -> None:
    """Without a kind, the command says which there are."""
    assert all(kind in run("schema").out for kind in KINDS)
