"""All hypothesis strategies, each named for what it means."""

from __future__ import annotations

import json
import math
import string
from typing import Any

from hypothesis import strategies as st

from costmodel.specs.attribute import Kind


def magnitudes(low: float = 1e-3, high: float = 1e6) -> st.SearchStrategy[float]:
    """Positive numbers of many orders of magnitude."""
    return st.floats(math.log(low), math.log(high)).map(math.exp).map(lambda x: min(max(x, low), high))


shuffles = st.randoms(use_true_random=False)
"""Random orders."""

monthly_parts = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=5),
    st.one_of(st.just(0.0), magnitudes(1e-6, 1e12), magnitudes(1e-6, 1e12).map(lambda x: -x)),
    min_size=1,
    max_size=12,
)
"""Monthly costs by component, some of them zero or negative."""

quantity_texts = st.one_of(
    st.text(max_size=120),
    st.text("0123456789.,eE+-_*/^() %µWkMGTBsUSD\n", max_size=60),
    st.builds(
        "{}{}{}".format,
        st.one_of(st.floats().map(repr), st.integers().map(str), st.text("0123456789.,eE+-_", max_size=10)),
        st.sampled_from(["", " ", "  ", "\t"]),
        st.one_of(
            st.sampled_from(["TB/s", "USD/kWh", "W^4*W^4", "1/year", "%", "m**-4", "(W", "W)"]),
            st.text("kWB/s*^4 ", max_size=20),
        ),
    ),
)
"""Texts that are quantities, nearly quantities, or nothing of the kind."""


def toml_values() -> st.SearchStrategy[str]:
    """Values of a TOML file, as they are written there."""
    plain = st.one_of(
        st.sampled_from(["true", "nan", "-inf", "2023-10-01", "2023-10-01T00:00:00", "07:30:00", '""', "[]", "{}"]),
        st.integers().map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        quantity_texts.map(in_quotes),
        st.sampled_from(["80 GB", "3.35 TB/s", "700 W/accelerator", "assumption"]).map(in_quotes),
    )
    facts = st.dictionaries(
        st.sampled_from(
            ["value", "range", "source", "at", "as_of", "confidence", "note", "reason", "alternatives", "vlaue"]
        ),
        plain,
        max_size=5,
    ).map(_inline_table)
    lists = st.lists(st.one_of(plain, facts), max_size=3).map(lambda items: f"[{', '.join(items)}]")
    return st.one_of(plain, facts, lists)


def spec_texts(kind: Kind) -> st.SearchStrategy[str]:
    """Spec files of a kind with arbitrary values under right and wrong keys."""
    keys = st.one_of(
        st.sampled_from(sorted(kind.by_key())), st.sampled_from(["nmae", "memory", "price", "a.b.c", '""'])
    )
    lines = st.dictionaries(keys, toml_values(), max_size=8)
    return lines.map(lambda content: "\n".join(f"{key} = {value}" for key, value in content.items()))


def in_quotes(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    printable = character.isprintable() and character not in '"\\'
    return character if printable else f"\\U{ord(character):08x}"


def _inline_table(content: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in content.items()) + " }"


CONFIG_KEYS = (
    "head_dim",
    "num_key_value_heads",
    "intermediate_size",
    "layer_types",
    "sliding_window",
    "text_config",
    "num_experts",
    "kv_lora_rank",
    "num_experts_per_tok",
    "moe_intermediate_size",
    "quantization_config",
    "full_attention_interval",
    "attention_chunk_size",
    "first_k_dense_replace",
    "mlp_only_layers",
)
"""Keys of published configs that decide which branch is taken."""


def _configs() -> st.SearchStrategy[Any]:
    sizes = st.one_of(
        st.integers(-2, 200_000), st.none(), st.booleans(), st.floats(), st.text(max_size=3), st.just([1])
    )
    needed = dict.fromkeys(("num_hidden_layers", "hidden_size", "vocab_size", "num_attention_heads"), sizes)
    right = {key: st.integers(1, 4_000) for key in needed}
    extra = st.dictionaries(
        st.sampled_from(CONFIG_KEYS), st.one_of(sizes, st.dictionaries(st.text(max_size=3), sizes)), max_size=6
    )
    both = st.one_of(st.fixed_dictionaries(right), st.fixed_dictionaries(needed))
    return st.builds(lambda one, other: {**one, **other}, both, extra)


json_texts = st.one_of(st.text(max_size=100), _configs().map(json.dumps), st.lists(st.integers()).map(json.dumps))
"""Published configs with right and wrong values, and texts that are none."""
