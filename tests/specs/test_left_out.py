"""What a published file leaves out although models of its type have it, or has although none of them is read so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from costmodel.errors import SpecError
from costmodel.specs.published import read_published
from tests.specs.test_published import LLAMA, read, refusal

EXPERTS = {"num_experts_per_tok": 2, "moe_intermediate_size": 512}
LATENT = {"qk_rope_head_dim": 64, "qk_nope_head_dim": 128, "v_head_dim": 128, "q_lora_rank": None}
LINEAR = {
    f"linear_{name}": 16
    for name in ("num_key_heads", "num_value_heads", "key_head_dim", "value_head_dim", "conv_kernel_dim")
}


@pytest.mark.parametrize(
    ("keys", "missing"),
    [
        ({"model_type": "qwen3_next", **EXPERTS, **LINEAR}, "num_experts"),
        (
            {"model_type": "granitemoehybrid", "layer_types": ["attention"] * 32, "shared_intermediate_size": 512},
            "num_local_experts",
        ),
        ({"model_type": "deepseek_v3", "n_routed_experts": 8, **EXPERTS, **LATENT}, "kv_lora_rank"),
        ({"model_type": "youtu", **LATENT}, "kv_lora_rank"),
        ({"model_type": "ctrl", "intermediate_size": ...}, "dff"),
        (
            {"model_type": "glm4_moe_lite", "n_routed_experts": 8, "kv_lora_rank": 512, **EXPERTS, **LATENT},
            "first_k_dense_replace",
        ),
    ],
)
def test_what_models_of_a_type_have_is_not_taken_for_none(tmp_path: Path, keys: dict[str, Any], missing: str) -> None:
    """No experts, latents or dense layers in silence: the file is refused with the keys that would do."""
    said = refusal(tmp_path, **keys)
    assert "is missing" in said
    assert missing in said


def test_a_null_still_means_none(tmp_path: Path) -> None:
    """As in the library: a file that says so has no experts, and no latents."""
    dense = read(
        tmp_path,
        model_type="granitemoehybrid",
        num_local_experts=0,
        shared_intermediate_size=512,
        layer_types=["attention"] * 32,
    )
    assert "experts.count" not in dense.shape
    keys = {"model_type": "youtu", "kv_lora_rank": None, **LATENT}
    assert "latent.key_value_rank" not in read(tmp_path, **keys).shape


def test_a_decoder_that_attends_to_an_encoder_is_refused(tmp_path: Path) -> None:
    """Its matrices of cross-attention are no part of what is counted."""
    assert "add_cross_attention" in refusal(tmp_path, model_type="gpt2", add_cross_attention=True)
    assert read(tmp_path, model_type="gpt2", add_cross_attention=False)


def test_a_width_in_widths_of_the_model_is_read(tmp_path: Path) -> None:
    """GPT-NeoX Japanese says by how many its feed-forward block is wider."""
    keys = {"model_type": "gpt_neox_japanese", "intermediate_size": ..., "intermediate_multiple_size": 3}
    assert read(tmp_path, **keys).shape["feed_forward.width"] == 3 * 4096


def test_two_words_on_tied_embeddings_are_told(tmp_path: Path) -> None:
    """The table of the decoder counts, and a note says that the one around it differs."""
    text = {"model_type": "llama", "tie_word_embeddings": True}
    found = read(tmp_path, model_type="llava", text_config={**LLAMA, **text}, tie_word_embeddings=False)
    assert found.shape["tied_embeddings"] == "yes"
    assert any("differs around" in note for note in found.notes)


def test_what_is_called_like_a_size_and_not_read_is_told(tmp_path: Path) -> None:
    """A width that nobody knows may change every matrix: it is named, with what it says."""
    notes = read(tmp_path, bottleneck_size=512, chunk_size=128).notes
    assert any("not read" in note and "bottleneck_size 512" in note and "chunk" not in note for note in notes)
    assert not any("not read" in note for note in read(tmp_path).notes)


def test_experts_of_another_width_than_the_family_has_are_refused(tmp_path: Path) -> None:
    """A file with narrower experts and no word on a dense block beside them is neither Grok 1 nor Grok 2."""
    grok = {
        "model_type": "git",
        "architectures": ["Grok1ForCausalLM"],
        "num_local_experts": 8,
        "num_experts_per_tok": 2,
    }
    said = refusal(tmp_path, **grok, moe_intermediate_size=7168)
    assert "moe_intermediate_size: 7168 is another width" in said
    assert "moe_intermediate_size: is missing" in refusal(tmp_path, **grok, residual_moe=True)
    assert read(tmp_path, **grok, moe_intermediate_size=14336).shape["experts.width"] == 14336


def test_a_key_that_is_given_twice_is_refused(tmp_path: Path) -> None:
    """Neither of two values is taken in silence, in tables within the file too."""
    file = tmp_path / "config.json"
    file.write_text('{"model_type": "llava", "text_config": {"hidden_size": 1024, "hidden_size": 4096}}')
    with pytest.raises(SpecError, match='"hidden_size" is given twice'):
        read_published(file)
