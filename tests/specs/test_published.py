"""Published configuration files: what is read, what is filled in and said, and what is refused with its key."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest

from costmodel.errors import SpecError
from costmodel.specs.published import Published, read_published

LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 32,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "vocab_size": 128256,
    "max_position_embeddings": 131072,
}


def read(tmp_path: Path, family: str = "", **keys: Any) -> Published:
    """Return what a Llama's file with keys added or changed says; those that are ... are left out."""
    content = {key: value for key, value in {**LLAMA, **keys}.items() if value is not ...}
    file = tmp_path / "config.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return read_published(file, family)


def refusal(tmp_path: Path, **keys: Any) -> str:
    """Return why such a file is refused."""
    with pytest.raises(SpecError) as caught:
        read(tmp_path, **keys)
    return str(caught.value)


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"num_key_value_heads": 0}, "num_key_value_heads: 0"),
        ({"num_attention_heads": 0}, "num_attention_heads: 0"),
        ({"intermediate_size": ...}, "intermediate_size: is missing"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers: 1000000000"),
        ({"num_attention_heads": 8192}, "head_dim: is missing"),
        ({"num_key_value_heads": 5}, "5 key-value heads do not divide 32"),
        ({"hidden_size": "4096"}, "hidden_size: 4096 is no whole number"),
        ({"vocab_size": True}, "vocab_size: True"),
        ({"layer_types": ["full_attention", "foo"] * 16}, 'layer_types: "foo"'),
        ({"layer_types": ["full_attention"]}, "layer_types: has 1 entries for 32 layers"),
        ({"num_local_experts": 8}, "num_local_experts: is not understood"),
        ({"kv_sharing": 2, "block_configs": [{}]}, "block_configs: is not understood"),
        (
            {"model_type": "mllama"},
            'no family has the model type "mllama"; costmodel import architecture CONFIG --family',
        ),
        ({"model_type": ...}, "model_type: is missing"),
        ({"model_type": "opt", "word_embed_proj_dim": 512}, "word_embed_proj_dim: 512 is not the hidden size 4096"),
        (
            {
                "model_type": "minimax_m2",
                "num_local_experts": 8,
                "num_experts_per_tok": 2,
                "attn_type_list": [0, 1] * 16,
            },
            "no others",
        ),
        ({"model_type": "mixtral", "num_local_experts": 0, "num_experts_per_tok": 1}, "num_local_experts: 0"),
        ({"model_type": "mixtral", "num_local_experts": 8, "num_experts_per_tok": 9}, "9 experts are chosen of 8"),
        ({"model_type": "roberta"}, "an encoder"),
        ({"model_type": "bart"}, "an encoder and decoder"),
        ({"model_type": "siglip_vision_model"}, "images"),
        ({"_class_name": "UNet2DConditionModel"}, "diffusion"),
        ({"is_encoder_decoder": True}, "is_encoder_decoder"),
        ({"quantization_config": {"quant_method": "magic"}}, "quant_method"),
        (
            {"quantization_config": {"quant_method": "gptq", "bits": 4, "group_size": 0}},
            "quantization_config.group_size: 0",
        ),
        ({"quantization_config": {"quant_method": "awq", "bits": 4, "q_group_size": "x"}}, "config.q_group_size: x"),
        ({"rope_scaling": {"type": "linear", "factor": 0}}, "rope_scaling.factor: 0 is no number from 1"),
        ({"rope_scaling": {"type": "yarn", "factor": "4"}}, "rope_scaling.factor: 4"),
        ({"rope_scaling": {"type": "linear", "factor": math.nan}}, "rope_scaling.factor: nan"),
        ({"rope_parameters": {"rope_type": "dynamic", "factor": 1e300}}, "rope_scaling.factor: 1e+300"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, keys: dict[str, Any], named: str) -> None:
    """The message names the file, the key and its value."""
    said = refusal(tmp_path, **keys)
    assert said.startswith(f"{tmp_path / 'config.json'}:")
    assert named in said


def test_only_small_regular_files_are_opened(tmp_path: Path) -> None:
    """Devices, pipes and large files are refused at once."""
    pipe, large = tmp_path / "pipe.json", tmp_path / "large.json"
    os.mkfifo(pipe)
    large.write_bytes(b" " * 6_000_000)
    for file, reason in ((pipe, "no regular file"), (Path("/dev/zero"), "no regular file"), (large, "larger than")):
        with pytest.raises(SpecError, match=reason):
            read_published(file)


def test_what_a_file_leaves_out_is_said(tmp_path: Path) -> None:
    """A family's usual value is taken, and a note names it."""
    found = read(tmp_path, model_type="gemma2", head_dim=..., sliding_window=4096)
    assert found.shape["tied_embeddings"] == "yes"
    assert found.shape["attention.head_size"] == 256
    assert any("head_dim 256" in note and "tie_word_embeddings yes" in note for note in found.notes)


def test_null_is_no_default(tmp_path: Path) -> None:
    """As in the library: a window of null is none, a missing one the family's."""
    kept = read(tmp_path, model_type="mistral", sliding_window=None).shape
    usual = read(tmp_path, model_type="mistral").shape
    assert "attention.window_layers" not in kept
    assert (usual["attention.window"], usual["attention.window_layers"]) == (4096, 32)
    assert read(tmp_path, num_key_value_heads=None).shape["attention.key_value_heads"] == 32


@pytest.mark.parametrize(
    ("keys", "tied"),
    [
        ({"model_type": "baichuan"}, "no"),
        ({"model_type": "minicpm"}, "yes"),
        (
            {
                "model_type": "qwen2_5_omni",
                "thinker_config": {"text_config": {**LLAMA, "model_type": "qwen2_5_omni_text"}},
            },
            "no",
        ),
        ({"model_type": "qwen2_5_omni", "thinker_config": {"text_config": LLAMA, "tie_word_embeddings": True}}, "yes"),
    ],
)
def test_embeddings_that_nobody_mentions(tmp_path: Path, keys: dict[str, Any], tied: str) -> None:
    """They are as the publisher's code or the table around the text has them, and what is not known is said."""
    found = read(tmp_path, **keys)
    assert found.shape["tied_embeddings"] == tied
    assert any("not known" in note for note in found.notes) is (keys["model_type"] == "baichuan")


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ({"model_type": "RefinedWeb", "n_head_kv": 8}, 8),
        ({"model_type": "RefinedWebModel", "multi_query": True}, 1),
        ({"model_type": "falcon", "multi_query": True, "new_decoder_architecture": True, "num_kv_heads": 4}, 4),
        ({"model_type": "falcon", "multi_query": False}, 32),
    ],
)
def test_falcons_share_keys_as_their_decoder_does(tmp_path: Path, keys: dict[str, Any], kept: int) -> None:
    """One head of keys where `multi_query` says so, unless the decoder is newer; else as many as are said."""
    shape = read(tmp_path, **{"num_key_value_heads": ..., **keys}).shape
    assert shape.get("attention.key_value_heads", 32) == kept


def test_a_window_that_software_passes_over_windows_nothing(tmp_path: Path) -> None:
    """Llamas attend to everything whatever the file says, and a note says so."""
    found = read(tmp_path, sliding_window=4096)
    assert "attention.window_layers" not in found.shape
    assert any("sliding_window" in note for note in found.notes)


def test_a_file_of_an_unknown_type_is_read_as_another(tmp_path: Path) -> None:
    """By the class of its model, or by the family that a user names."""
    by_class = read(tmp_path, model_type="brand_new", architectures=["LlamaForCausalLM"])
    named = read(tmp_path, "qwen2", model_type="brand_new")
    assert by_class.shape["layers"] == named.shape["layers"] == 32


@pytest.mark.parametrize(
    ("scaling", "limit"),
    [
        ({"rope_type": "llama3", "factor": 32.0, "original_max_position_embeddings": 8192}, 131072),
        ({"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 65536}, 262144),
        ({"type": "linear", "factor": 2.0}, 262144),
        ({"type": "dynamic", "factor": 2}, 262144),
        ({"type": "longrope", "short_factor": [1.0]}, 131072),
        (None, 131072),
    ],
)
def test_positions_are_stretched(tmp_path: Path, scaling: dict[str, Any] | None, limit: int) -> None:
    """By a factor over the original length, unless the stated limit is the stretched one already."""
    assert read(tmp_path, rope_scaling=scaling).shape["context_limit"] == limit


def weights(**keys: Any) -> dict[str, Any]:
    """Return a container with one group."""
    return {
        "quant_method": "compressed-tensors",
        "config_groups": {"group_0": {"targets": ["Linear"], "weights": keys}},
    }


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (weights(num_bits=8, type="float"), {"type": "fp8"}),
        (weights(num_bits=8, type="int"), {"type": "int8"}),
        (weights(num_bits=4, type="int", group_size=128), {"type": "int4", "group": 128}),
        (weights(num_bits=4, type="float", group_size=16), {"type": "fp4"}),
        (weights(num_bits=4, type="float", group_size=32), {"type": "mxfp4"}),
        ({**weights(num_bits=8, type="float"), "ignore": ["re:.*self_attn.*"]}, {"type": "bf16", "dense_type": "fp8"}),
        (
            {"quant_method": "modelopt", "quant_algo": "NVFP4", "exclude_modules": ["*self_attn*"]},
            {"dense_type": "fp4"},
        ),
        ({"quant_method": "gptq", "bits": 3, "group_size": 64}, {"type": "int3", "group": 64, "zero_points": "yes"}),
        ({"quant_method": "gptq", "bits": 4, "group_size": -1}, {"type": "int4", "group": 4096}),
        (
            {"quant_method": "hqq", "quant_config": {"weight_quant_params": {"nbits": 4, "group_size": 64}}},
            {"type": "int4", "group": 64, "zero_points": "yes"},
        ),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}, {"type": "nf4"}),
        ({"quant_method": "bitsandbytes", "load_in_8bit": True}, {"type": "int8"}),
        ({"quant_method": "fp8", "weight_block_size": [128, 128]}, {"type": "fp8", "scaling": "block"}),
        ({"quant_method": "fp8"}, {"type": "fp8", "scaling": "tensor"}),
        ({"quant_method": "modelopt", "quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}, {"cache_type": "fp8"}),
    ],
)
def test_number_types_are_read_from_their_container(
    tmp_path: Path, container: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Bits, kind, group and modules that are left out: never the container's name."""
    shape = read(tmp_path, quantization_config=container).shape
    assert {key: shape[f"published.{key}"] for key in expected} == expected


def test_older_files_spell_otherwise(tmp_path: Path) -> None:
    """Bloom's first files say `n_embed`, LFM2's `block_ff_dim`, of which the model takes two thirds in whole 256s."""
    bloom = {"model_type": "bloom", "n_layer": 30, "n_head": 32, "n_embed": 4096, "hidden_size": ...}
    assert read(tmp_path, **bloom).shape["hidden_size"] == 4096
    lfm2 = {"model_type": "lfm2", "hidden_size": 2048, "intermediate_size": ..., "block_ff_dim": 12288}
    more = {"full_attn_idxs": [2, 5], "conv_L_cache": 3, "block_auto_adjust_ff_dim": True, "block_multiple_of": 256}
    shape = read(tmp_path, **lfm2, **more).shape
    assert (shape["feed_forward.width"], shape["convolution.layers"]) == (8192, 30)


def test_experts_and_states_of_one_family_may_be_left_out(tmp_path: Path) -> None:
    """Granite 4 files with no experts have a dense block as wide as the shared one; layers are listed by kind."""
    keys = {
        "model_type": "granitemoehybrid",
        "num_local_experts": 0,
        "shared_intermediate_size": 8192,
        "layer_types": ["mamba", "attention"] * 16,
        "mamba_n_heads": 128,
        "mamba_d_head": 64,
        "mamba_d_state": 128,
    }
    shape = read(tmp_path, **keys).shape
    assert (shape["feed_forward.width"], shape["state_space.layers"]) == (8192, 16)
    assert "experts.count" not in shape


def test_the_first_zamba_says_its_layers_by_a_period(tmp_path: Path) -> None:
    """Its third layer uses the shared block, then every sixth: 13 of 76, without a list; its successor needs one."""
    shape = read(tmp_path, model_type="zamba", num_hidden_layers=76, mamba_d_state=16, mamba_expand=2).shape
    assert (shape["attention.layers"], shape["state_space.layers"]) == (13, 76)
    with pytest.raises(SpecError, match="layers_block_type"):
        read(tmp_path, model_type="zamba2", num_hidden_layers=54)


def test_keys_of_layers_that_are_not_there_do_no_harm(tmp_path: Path) -> None:
    """A hybrid whose layers all attend still gives the size of a state; a list may say again that all are softmax."""
    hybrid = {"model_type": "granitemoehybrid", "mamba_d_state": 256, "shared_intermediate_size": 14336}
    dense = read(tmp_path, **hybrid, num_local_experts=0, num_experts_per_tok=0, layer_types=["attention"] * 32)
    assert not any(key.startswith("state_space") for key in dense.shape)
    experts = {"num_local_experts": 8, "num_experts_per_tok": 2}
    listed = read(tmp_path, model_type="minimax_m2", **experts, attn_type_list=[1] * 32)
    assert listed.shape == read(tmp_path, model_type="minimax_m2", **experts).shape
