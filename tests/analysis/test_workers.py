"""Parts of a work on all cores."""

from __future__ import annotations

import os
import sys
from threading import Event, Thread
from types import SimpleNamespace

import numpy as np
import pytest

from costmodel.analysis import workers
from costmodel.analysis.opening import load
from costmodel.analysis.workers import FEWEST, each, shared

PARTS = 9
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux only")


def _who(monkeypatch: pytest.MonkeyPatch, cores: int) -> np.ndarray:
    """Return which process did each part."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(cores))
    who = shared(PARTS)

    def note(number: int) -> None:
        who[number] = os.getpid()

    each(PARTS, note)
    return who


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count no thread that an earlier test of this process left waiting, as the one beside a browser."""
    monkeypatch.setattr(workers.threading, "active_count", lambda: 1)


@linux
@pytest.mark.usefixtures("alone")
def test_each_core_does_every_so_many_th_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """All parts are done, by as many processes as there are cores, of which this is one."""
    who = _who(monkeypatch, 3)
    assert [len(set(who[place::3])) for place in range(3)] == [1, 1, 1]
    assert len(set(who)) == 3
    assert os.getpid() in who


def test_beside_other_threads_all_parts_are_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy would hold the locks of threads that it does not have."""
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        assert set(_who(monkeypatch, 3)) == {os.getpid()}
    finally:
        done.set()
        thread.join()


def test_what_fails_in_a_copy_says_so_here(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """The error of a part is raised wherever the part stands, once, and nothing else is printed."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(2))

    def fail(number: int) -> None:
        if number == 1:
            msg = "part 1 fails"
            raise ValueError(msg)

    with pytest.raises(ValueError, match="part 1 fails"):
        each(FEWEST, fail)
    assert capfd.readouterr() == ("", "")


def test_draws_are_the_same_on_any_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit, with the scores of the first of them."""
    sampler, found = load("copilot").sampler, []
    for cores in (1, 2):
        monkeypatch.setattr(workers, "_cores", lambda cores=cores: cores)
        drawn = sampler.draw(FEWEST * 8_192 - 1)
        found.append((drawn.costs.tobytes(), drawn.scores.tobytes()))
    assert found[0] == found[1]


def test_few_parts_are_done_here_and_arrays_may_be_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three of them on any number of cores; zeros of any shape."""
    monkeypatch.setattr(workers, "_cores", lambda: 8)
    who = shared(FEWEST - 1)

    def note(number: int) -> None:
        who[number] = os.getpid()

    each(FEWEST - 1, note)
    assert set(who) == {os.getpid()}
    assert (shared(0).shape, shared(2, 0).shape, shared(2, 3).shape) == ((0,), (2, 0), (2, 3))
    assert not shared(2, 3).any()
    each(0, note)


@pytest.mark.usefixtures("alone")
def test_what_is_no_process_of_its_own_is_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    """On another system, beside other threads, or in a copy."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(5))
    assert workers._cores() == 5
    monkeypatch.setattr(workers, "current_process", lambda: SimpleNamespace(daemon=True))
    assert workers._cores() == 1
    monkeypatch.setattr(workers, "current_process", lambda: SimpleNamespace(daemon=False))
    monkeypatch.setattr(workers.sys, "platform", "darwin")
    assert workers._cores() == 1
