"""Speculative decoding: tokens per step from a draft's length and how often its tokens are accepted."""

from costmodel.formula import formula
from costmodel.formula.ops import power

SHARE = (0.0, 0.999)


@formula(
    increasing=["draft", "acceptance"],
    bounds={"draft": (0, 64), "acceptance": SHARE},
    source="speculative-decoding",
)
def accepted_tokens(*, draft: "1", acceptance: "1") -> "1":
    """Return the mean tokens that one step yields: the accepted part of the draft, and one of the model's own.

    (1 - acceptance ^ (draft + 1)) / (1 - acceptance)
    """
    return (1 - power(acceptance, draft + 1)) / (1 - acceptance)


@formula(increasing=["draft"], bounds={"draft": (0, 64)})
def verified_tokens(*, draft: "1") -> "1":
    """Return the tokens that a step computes for each sequence: the draft, and the one before it."""
    return draft + 1


@formula(
    increasing=["interval", "plain", "draft", "draft_cost"],
    decreasing=["accepted"],
    bounds={"accepted": (1, 65), "draft": (0, 64), "draft_cost": (0, 1)},
)
def time_per_output_token(
    *, interval: "second", plain: "second", draft: "1", draft_cost: "1", accepted: "1"
) -> "second":
    """Return the mean time between tokens of a sequence, with the time to make the draft spread over them.

    (interval + draft x draft_cost x plain) / accepted
    """
    return (interval + draft * draft_cost * plain) / accepted
