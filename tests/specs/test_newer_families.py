"""Models of 2026 whose files say what others do not: parameters against what their publishers state."""

from __future__ import annotations

from typing import Any

import pytest

from costmodel.domain.architecture import architecture_of
from costmodel.errors import SpecError
from costmodel.performance.machine.shape import active_parameters, parameters
from costmodel.specs.published.shape import published

GROK_2 = {
    "model_type": "git",
    "architectures": ["Grok1ForCausalLM"],
    "vocab_size": 131072,
    "hidden_size": 8192,
    "intermediate_size": 32768,
    "moe_intermediate_size": 16384,
    "residual_moe": True,
    "num_local_experts": 8,
    "num_experts_per_tok": 2,
    "num_attention_heads": 64,
    "num_key_value_heads": 8,
    "head_dim": 128,
    "num_hidden_layers": 64,
    "max_position_embeddings": 131072,
    "tie_word_embeddings": False,
}
STEP = {
    "model_type": "step3p5",
    "hidden_size": 4096,
    "intermediate_size": 11264,
    "num_hidden_layers": 45,
    "num_attention_heads": 64,
    "num_attention_groups": 8,
    "head_dim": 128,
    "vocab_size": 128896,
    "max_position_embeddings": 262144,
    "sliding_window": 512,
    "layer_types": [("sliding_attention", "full_attention")[i % 4 == 0] for i in range(48)],
    "attention_other_setting": {
        "attention_type": "sliding_attention",
        "num_attention_heads": 96,
        "num_attention_groups": 8,
        "head_dim": 128,
    },
    "moe_layers_enum": ",".join(map(str, range(3, 45))),
    "moe_num_experts": 288,
    "moe_top_k": 8,
    "moe_intermediate_size": 1280,
    "share_expert_dim": 1280,
    "num_nextn_predict_layers": 3,
    "tie_word_embeddings": False,
}
KIMI_K3 = {
    "model_type": "kimi_linear",
    "vocab_size": 163840,
    "hidden_size": 7168,
    "intermediate_size": 33792,
    "num_hidden_layers": 93,
    "num_attention_heads": 96,
    "num_key_value_heads": 96,
    "kv_lora_rank": 512,
    "q_lora_rank": 1536,
    "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64,
    "v_head_dim": 128,
    "linear_attn_config": {
        "full_attn_layers": [*range(4, 93, 4), 93],
        "kda_layers": [i for i in range(1, 93) if i % 4],
        "head_dim": 128,
        "num_heads": 96,
        "short_conv_kernel_size": 4,
        "use_full_rank_gate": True,
    },
    "first_k_dense_replace": 1,
    "num_experts": 896,
    "num_experts_per_token": 16,
    "num_shared_experts": 2,
    "moe_intermediate_size": 3072,
    "routed_expert_hidden_size": 3584,
    "tie_word_embeddings": False,
}
COHERE = {
    "model_type": "cohere2_moe",
    "vocab_size": 1000,
    "hidden_size": 64,
    "intermediate_size": 32,
    "num_hidden_layers": 9,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "sliding_window": 128,
    "first_k_dense_replace": 1,
    "prefix_dense_intermediate_size": 256,
    "num_experts": 8,
    "num_experts_per_tok": 2,
    "num_shared_experts": 2,
    "tie_word_embeddings": True,
}


def billions(content: dict[str, Any]) -> tuple[float, float]:
    """Return all and active parameters."""
    model = architecture_of("any", "any", published(content).shape)
    return float(parameters(model).magnitude) / 1e9, float(active_parameters(model).magnitude) / 1e9


@pytest.mark.parametrize(("content", "stated", "active"), [(GROK_2, 270, 115), (STEP, 196.8, 11)])
def test_parameters_are_those_that_the_publisher_states(content: dict[str, Any], stated: float, active: float) -> None:
    """Grok 2 has a dense block beside narrower experts, Step 3.5 more heads in windowed layers."""
    whole, part = billions(content)
    assert whole == pytest.approx(stated, rel=0.01)
    assert part == pytest.approx(active, rel=0.07)


def test_experts_in_a_narrower_space_are_counted_there() -> None:
    """Kimi K3's experts read half the width of the model: 5.5 trillion were counted for 2.8."""
    found = published(KIMI_K3)
    assert found.shape["experts.input_size"] == 3584
    experts = 92 * 896 * 3 * 3584 * 3072 / 1e9
    assert experts < billions(KIMI_K3)[0] < experts * 1.05
    assert any("use_full_rank_gate" in note for note in found.notes)


def test_windowed_layers_of_step_have_more_heads() -> None:
    """33 of 45 layers have a window and 96 heads; entries for layers that draft are left out; text and list are one."""
    shape = published(STEP).shape
    assert (shape["attention.window_layers"], shape["attention.window_query_heads"]) == (33, 96)
    assert (shape["experts.layers"], shape["attention.output_gate"]) == (42, "heads")
    assert published({**STEP, "moe_layers_enum": list(range(3, 45))}).shape == shape
    with pytest.raises(SpecError, match="moe_layers_enum"):
        published({**STEP, "moe_layers_enum": "first"})


def test_the_first_layers_of_cohere_have_a_width_and_a_period_of_their_own() -> None:
    """One dense layer attends to everything; of the eight others every fourth does."""
    shape = published(COHERE).shape
    assert (shape["feed_forward.width"], shape["experts.width"], shape["experts.shared_width"]) == (256, 32, 64)
    assert (shape["attention.window_layers"], shape["experts.layers"]) == (6, 8)


def test_a_decoder_of_documents_is_read_as_a_dense_one() -> None:
    """GLM-OCR's file holds a decoder like GLM-4's."""
    text = {
        "model_type": "glm_ocr_text",
        "vocab_size": 59392,
        "hidden_size": 1536,
        "intermediate_size": 4608,
        "num_hidden_layers": 16,
        "num_attention_heads": 16,
        "num_key_value_heads": 8,
        "head_dim": 128,
    }
    shape = published({"model_type": "glm_ocr", "text_config": text, "vision_config": {}}).shape
    assert (shape["layers"], shape["attention.head_size"]) == (16, 128)


@pytest.mark.parametrize(
    ("model_type", "why"), [("deepseek_v4", "compressed over blocks"), ("minimax_m3", "chooses blocks of tokens")]
)
def test_what_is_not_modelled_is_refused_with_its_reason(model_type: str, why: str) -> None:
    """A count that leaves compression or choice of blocks out would be of another model."""
    with pytest.raises(SpecError, match=why):
        published({"model_type": model_type, "hidden_size": 4096})
