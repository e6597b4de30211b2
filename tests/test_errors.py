"""The tree of errors."""

from __future__ import annotations

import pytest

from costmodel import errors
from costmodel.errors import CostModelError, SpecError, did_you_mean, unknown

KINDS = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, Exception)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_the_one_root(kind: type[Exception]) -> None:
    """One except clause catches all errors raised on purpose."""
    assert issubclass(kind, CostModelError)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_drawn_in_the_tree(kind: type[Exception]) -> None:
    """The module's docstring shows each error."""
    assert kind.__name__ in (errors.__doc__ or "")


def test_a_spec_error_keeps_its_faults_apart() -> None:
    """Faults can be counted, and each is a line of the message."""
    error = SpecError(["a.toml:1: x", "a.toml:2: y"])
    assert error.faults == ("a.toml:1: x", "a.toml:2: y")
    assert str(error).splitlines() == list(error.faults)


@pytest.mark.parametrize("word", ["bandwith", "BANDWIDTH", "band_width"])
def test_near_words_are_suggested(word: str) -> None:
    """Misspelled and miscased words lead to the right one."""
    assert did_you_mean(word, ["capacity", "bandwidth"]) == ' Did you mean "bandwidth"?'


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("users", ' Did you mean "demand.users"?'),
        ("user", ' Did you mean "demand.users"?'),
        ("price", ' Did you mean "a.price", "plan.price" or "x/y.price"?'),
        ("demand", ' Did you mean "demand.users"?'),
        ("hgx-h100", ' Did you mean "purchase/hgx-h100"?'),
    ],
)
def test_the_last_part_of_a_name_is_enough_for_a_hint(word: str, hint: str) -> None:
    """Names of inputs and offers have parts, of which people remember the last; the first few are told."""
    names = ["a.price", "plan.price", "x/y.price", "z.price", "demand.users", "purchase/hgx-h100"]
    assert did_you_mean(word, names) == hint


def test_far_words_are_not_suggested() -> None:
    """Nothing near, nothing suggested."""
    assert did_you_mean("zzz", ["bandwidth"]) == ""


def test_an_unknown_name_lists_what_is_known() -> None:
    """The message shows some known names, and how many there are in all."""
    message = str(unknown("site", "mars", [f"site-{i:02}" for i in range(20)]))
    assert 'No site "mars".' in message
    assert "(20 in all)" in message
