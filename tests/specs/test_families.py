"""What we take where a file says nothing, against the configuration classes of the transformers library."""

from __future__ import annotations

import logging
import warnings
from typing import Any

import pytest

from costmodel.specs.published.families import class_defaults, families, spellings

TYPES = [name for family in families() for name in family.types]
ELSEWHERE = "the installed library has no such model type: the code is beside the weights"


@pytest.fixture(scope="module")
def classes() -> Any:
    """Return the configuration classes of the library by model type."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pytest.importorskip("transformers", reason="transformers is not installed")
        yield library.CONFIG_MAPPING
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("name", TYPES)
def test_defaults_are_those_of_the_library(classes: Any, name: str) -> None:
    """Every default of ours is the class's own value under one of the keys that we look for."""
    try:
        found = classes[name]
    except KeyError:
        pytest.skip(ELSEWHERE)
    if "text_config" in getattr(found, "sub_configs", {}):
        return
    usual = class_defaults(name)
    assert usual, f"{name} has no defaults: class_defaults.toml is older than families.toml"
    for ours, value in usual.items():
        keys = [*spellings().get(ours, []), ours]
        theirs = {key: getattr(found, key) for key in keys if hasattr(found, key)}
        assert value in theirs.values(), f"{name}: {ours} is {value} here, {theirs} there"
