"""Work in independent parts on all cores: into arrays that processes share, since threads would wait for each other."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from math import prod
from mmap import mmap
from multiprocessing import current_process, get_context
from signal import SIG_IGN, SIGINT, signal

import numpy as np
import numpy.typing as npt

FEWEST = 4
"""Parts below which processes take longer to start than they save."""

Array = npt.NDArray[np.float64]
Work = Callable[[int], None]


def shared(*shape: int) -> Array:
    """Return an array of zeros into which processes that are started later write together."""
    size = prod(shape)
    return np.frombuffer(mmap(-1, max(size, 1) * np.dtype(float).itemsize), count=size).reshape(shape)


def each(count: int, work: Work) -> None:
    """Do all parts of a work by their numbers, each core every so many-th; what they make must go to shared arrays.

    Processes are copies of this one (fork), so that nothing is compiled or sent again. Where that cannot be, or is not
    safe as other threads run, the parts are done here one after the other: with the same results.
    """
    cores = min(_cores(), count) if count >= FEWEST else 1
    context = get_context("fork") if cores > 1 else None
    shares = [range(place, count, cores) for place in range(cores)]
    others = [] if context is None else [context.Process(target=_copied, args=(work, one)) for one in shares[1:]]
    try:
        for process in others:
            process.start()
        _do(work, shares[0])
        for process, share in zip(others, shares[1:], strict=True):
            process.join()
            _do(work, share if process.exitcode else ())  # what failed there says why here
    finally:
        for process in others:
            if process.is_alive():
                process.kill()


def _copied(work: Work, numbers: Iterable[int]) -> None:
    """Do parts in a copy, which says nothing of its own: the process that it is copied from does what failed again."""
    signal(SIGINT, SIG_IGN)
    try:
        _do(work, numbers)
    except Exception:  # noqa: BLE001 - whatever it is, it is met again
        sys.exit(1)


def _do(work: Work, numbers: Iterable[int]) -> None:
    for number in numbers:
        work(number)


def _cores() -> int:
    """Return on how many cores copies of this process may run; one, where it cannot be copied."""
    if sys.platform != "linux" or threading.active_count() > 1 or current_process().daemon:
        return 1
    return len(os.sched_getaffinity(0))
