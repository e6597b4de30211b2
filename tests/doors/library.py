"""Calls of the library: each public question, with arguments that are right but for one or two."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hypothesis import strategies as st

import costmodel as cm
from tests.doors.calls import TEXTS, Argument, Call, amounts, by_name, several, words
from tests.doors.mutations import TRACE
from tests.doors.settings import FIGURES, INPUTS

_MODELS = words("llama-3.1-8b", "mixtral-8x7b-v0.1", "../x")
_CHIP = words("h100", "a100-sxm4-80gb", "llama-3.1-8b")
_OFFERS = several("purchase/hgx-h100", ("rental/neocloud-h100-three-year", "hgx-a100-80gb"), ("program/maia-100",))
_LENGTHS = {"prompt": amounts(500, "1000 token"), "output": amounts(100, "50 token")}
_KIND = {"precision": words("fp8", "bf16"), "framework": words("vllm")}
_RATE = amounts("8 percent/year", 0.08)

OF_MODULE: dict[str, dict[str, Argument]] = {
    "load": {
        "name": words("gpt3-2020", "gpt3-2020.toml", "frontier-training/palm"),
        "specs": several((), (".",)),
        "changes": by_name(INPUTS["gpt3-2020"], {"price_date": "2020-06-01"}, {}),
    },
    "predict": {
        "model": _MODELS,
        "accelerator": _CHIP,
        **_LENGTHS,
        **_KIND,
        "tensor_parallel": amounts(1, 2),
        "concurrency": amounts(8),
        "rate": amounts(None),
    },
    "replay": {"model": _MODELS, "accelerator": _CHIP, "trace": words("trace.csv"), **_KIND},
    "search": {
        "model": _MODELS,
        "offers": _OFFERS,
        **_LENGTHS,
        "ttft": amounts("1 s", 2),
        "tpot": amounts("40 ms", 0.05),
        "share": amounts(None, 0.95),
        "cached": amounts(0.5),
        "draft_tokens": amounts([], [1, 2]),
        "acceptance": amounts(None, 0.7),
        "discount_rate": _RATE,
        "precisions": several(("fp8",), ()),
    },
    "size": {
        "model": _MODELS,
        "offers": _OFFERS,
        **_LENGTHS,
        "rate": amounts("5 query/s", 2),
        "ttft_p95": amounts("1.5 s"),
        "peak_to_mean": amounts(2),
        "spare": amounts(None, 1),
        "precisions": several(("fp8",), ()),
        "discount_rate": _RATE,
    },
    "search_training": {
        "model": words("llama-3.1-8b"),
        "accelerator": words("h100"),
        "accelerators": amounts(64, [64, 128]),
        "batch": amounts(4_194_304),
        "sequence": amounts(4_096),
        "tokens": amounts(None, 1e12),
        "goodput": amounts(None, 0.9),
        "precisions": several(("bf16",)),
        "splits": by_name(("tensor_parallel", "pipeline_parallel"), {"tensor_parallel": [8]}),
        "recompute": several(("full",)),
        "by": words(None, "cost"),
    },
    "hardware": {
        "kind": words("accelerators", "offers"),
        "where": several((), ("maker=nvidia",)),
        "sort": words(None, "-launch"),
    },
    "parse": {"text": words(*TEXTS)},
    "quantity": {"value": amounts(1.0), "unit": words("USD", "accelerator/server", "dimensionless")},
}
"""Questions without a study, and their arguments."""


@cache
def _study(name: str) -> cm.Study:
    return cm.load(name)


@cache
def of_study(name: str) -> dict[str, dict[str, Argument]]:
    """Return the questions of a study, and their arguments."""
    inputs, offer, seed = words(*list(INPUTS[name])[:8]), words(*_study(name).costs), amounts(1)
    some, years = {"draws": amounts(1, 256), "seed": seed}, {"years": amounts(1, 3, "5 year")}
    moved, many = by_name(INPUTS[name], {}), {"samples": amounts(1, 256), "seed": seed, "columns": several(())}
    asked = words(*(f"{figure} = 1 MUSD/month" for figure in FIGURES))
    return {
        "with_": {"values": moved},
        "again": {"changes": moved},
        "sweep": {"values": moved, "grid": amounts(False, True), "errors": words("raise", "mark")},
        "sample": many,
        "samples": {**many, "chunk": amounts(8, 65_536)},
        "break_even": {
            "over": inputs,
            "between": several(tuple(offer.good[:2])),
            "draws": amounts(0, 16),
            "seed": seed,
        },
        "solve": {"unknowns": inputs, "such_that": asked, "offer": offer},
        "decide": some,
        "uncertainty": {"draws": amounts(1_024), "seed": seed},
        "sensitivity": {"offer": offer, "base": amounts(16), **some},
        "intervals": {"samples": amounts(1, 256), "seed": seed},
        "map": {"x": inputs, "y": inputs, "ends": moved, "points": amounts(2), "draws": amounts(1), "seed": seed},
        "explain": {"name": words(*FIGURES), "offer": offer},
        "cash": {**years, "depreciation": words("annuity", "straight_line")},
        "ways": years,
        "over": years,
        "returns": {"base": offer, **years},
        "months_ahead": {"months": amounts(1, 24)},
        "years_ahead": {"offer": offer},
        "caps": {"offer": offer},
        "otherwise": {"reading": words("own", "shared")},
        "levers": {"target": amounts(8, None), "offer": offer, "levers": several((), ("a: plan.price=+20%",))},
    }


@st.composite
def library(draw: st.DrawFn) -> Call:
    """Return a call of the library."""
    owner = draw(st.sampled_from(("cm", *INPUTS)))
    known: Mapping[str, dict[str, Argument]] = OF_MODULE if owner == "cm" else of_study(owner)
    name = draw(st.sampled_from(list(known)))
    changed = draw(st.sets(st.sampled_from(list(known[name])), min_size=1, max_size=2))
    given = {key: draw(one.others if key in changed else st.sampled_from(one.good)) for key, one in known[name].items()}
    of = cm if owner == "cm" else _study(owner)
    return Call((owner, name, repr(given)), {"trace.csv": TRACE}, lambda: getattr(of, name)(**given))
