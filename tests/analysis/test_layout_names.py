"""Layouts in words and in letters, by hand."""

from __future__ import annotations

import pytest

from costmodel.analysis.layout_names import Row, is_apart, layout_in_letters, layout_in_words

PLAIN = {
    "precision": "fp8",
    "tensor_parallel": 4.0,
    "pipeline_parallel": 1.0,
    "attention_copies": 1.0,
    "expert_parallel": 1.0,
    "draft_tokens": 0.0,
    "concurrency": 64.0,
}
READING = {
    "reading_replicas": 1.0,
    "writing_replicas": 3.0,
    "reading_tensor_parallel": 2.0,
    "reading_pipeline_parallel": 2.0,
    "reading_attention_copies": 1.0,
    "reading_expert_parallel": 1.0,
}


@pytest.mark.parametrize(
    ("row", "words", "letters"),
    [
        (PLAIN, "fp8, tensor parallel 4, 64 in flight", "tp4"),
        (
            {**PLAIN, "tensor_parallel": 1.0, "pipeline_parallel": 2.0, "draft_tokens": 3.0},
            "fp8, tensor parallel 1, 2 pipeline stages, drafts of 3, 64 in flight",
            "tp1 pp2 draft3",
        ),
        (
            {**PLAIN, **READING, "draft_tokens": 1.0},
            (
                "fp8, 1 x (tensor parallel 2, 2 pipeline stages) to read, "
                "3 x (tensor parallel 4, drafts of 1, 64 in flight) to write"
            ),
            "1x tp2 pp2 > 3x tp4 draft1",
        ),
        ({**PLAIN, **READING, "reading_replicas": 0.0}, "fp8, tensor parallel 4, 64 in flight", "tp4"),
        ({**PLAIN, "attention_copies": 2.0, "expert_parallel": 8.0}, "", "tp4 dp2 ep8"),
    ],
)
def test_a_layout_is_told_with_what_it_splits(row: Row, words: str, letters: str) -> None:
    """One accelerator is named too; a replica that reads is a layout apart."""
    assert layout_in_letters(row) == letters
    assert not words or layout_in_words(row) == words
    assert is_apart(row) is (">" in letters)
