"""The sentence of a decision, word by word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from costmodel.analysis.decide import Decision, Waiting
from costmodel.analysis.flips import Flip
from costmodel.analysis.sentence import _plain, _share, sentence
from costmodel.analysis.sharing import Sharing
from costmodel.units import quantity

COST = quantity(1234.5, "USD/month")
SURE = Decision("own", COST, {"own": 0.75, "rent": 0.25}, {}, 3210.0, {}, (), 100, "USD/month", {"own": 1024.4})
FLIPS = (Flip("price", 2.0, "USD", 3.0, "rent"), Flip("use", 0.5, "dimensionless", 0.25, "rent"))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            SURE,
            (
                "own wins at 1,230 USD/month on 1,024 accelerators, whichever fact moves tenfold alone; 75% likely; "
                "being wrong costs 3,210 USD/month."
            ),
        ),
        (
            replace(SURE, flips=(*FLIPS, FLIPS[0]), cost_when_wrong=0.0),
            (
                "own wins at 1,230 USD/month on 1,024 accelerators unless price falls below 2 USD or use rises "
                "above 0.5; 75% likely; in no draw is another cheaper."
            ),
        ),
        (
            replace(SURE, probability_cheapest={"own": 0.5, "rent": 0.25, "api": 0.25}, flips=FLIPS[:1]),
            (
                "own wins at 1,230 USD/month on 1,024 accelerators unless price falls below 2 USD (then rent); "
                "50% likely; being wrong costs 3,210 USD/month."
            ),
        ),
        (
            replace(SURE, probability_cheapest={"own": 0.4, "rent": 0.45, "api": 0.15}, accelerators={}),
            (
                "Too close to call: own at 1,230 USD/month is the cheapest in 40% of all draws, rent in 45%; "
                "being wrong costs 3,210 USD/month."
            ),
        ),
        (
            replace(SURE, probability_cheapest={"own": 0.52, "rent": 0.48}, accelerators={}, flips=FLIPS[1:]),
            (
                "Too close to call: own at 1,230 USD/month is the cheapest in 52% of all draws, rent in 48%; "
                "it tips where use rises above 0.5; being wrong costs 3,210 USD/month."
            ),
        ),
        (
            replace(SURE, probability_cheapest={"own": 1.0}),
            "own is the only way with an answer, at 1,230 USD/month on 1,024 accelerators.",
        ),
    ],
)
def test_a_decision_is_one_sentence(found: Decision, said: str) -> None:
    """With at most two flips, which name what wins then only where there are three ways."""
    assert sentence(found) == said


def test_what_is_shared_and_what_waits_have_sentences_of_their_own() -> None:
    """At the volume of all who use the chips, and by the trend of prices."""
    sharing = Sharing("rent", quantity(9.87, "USD/month"), {"own": 0.46, "rent": 0.54}, {"own": 200_000.0})
    waiting = Waiting("later", "Later", quantity(99.5, "USD/month"), 0.996)
    told = sentence(replace(SURE, sharing=sharing, waiting=(waiting,)))
    assert (
        "(own 1,024 chips): if the other users that their files state share design and team (own 200,000 chips), rent "
        "wins at 9.87 USD/month, 54% likely, too close to call. Waiting is extrapolated" in told
    )
    assert "later costs 99.5 USD/month, less than own in over 99% of all draws;" in told
    still = replace(sharing, winner="own", probability_cheapest={"own": 0.75, "rent": 0.25})
    assert "it still wins at 9.87 USD/month, 75% likely." in sentence(replace(SURE, sharing=still))


def test_figures_have_three_digits_from_a_thousand_on() -> None:
    """And four below; a share is over 99% above 0.995."""
    assert [_plain(one) for one in (999.96, 1000.0, 12345.0, -1234.0, 0.0123456, 7.07e23)] == [
        "1000",
        "1,000",
        "12,300",
        "-1,230",
        "0.01235",
        "7.07e+23",
    ]
    assert [_share(one) for one in (0.995, 0.996)] == ["100%", "over 99%"]
