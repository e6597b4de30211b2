"""Draws of every ranged fact together: a Latin hypercube, with the same draws for the same fact in every answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from statistics import NormalDist
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.random.bit_generator import ISeedSequence

from costmodel.analysis.ranges import TWO_SIDED_90, Marginal, is_share, is_uncertain, spread, uncertain_leaves
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf

__all__ = [
    "CHUNK",
    "DRAWS",
    "NO_LINKS",
    "SEED",
    "TWO_SIDED_90",
    "Joint",
    "Link",
    "Links",
    "chunk",
    "chunks",
    "is_share",
    "is_uncertain",
    "sizes",
    "spread",
    "together",
    "uncertain_leaves",
]

BLOCK = 256
"""Draws over which each input is spread evenly. Blocks are independent of each other: their scatter is the error of
what is computed from all of them."""

CHUNK = 32 * BLOCK
"""Draws that are held at once: few enough for little memory."""

SEED = 1
DRAWS = CHUNK
"""Draws behind an answer: the standard error of a probability is at most 0.6 points."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Link:
    """What an input shares with others of its kind: a common factor, and how strongly it follows it (its loading)."""

    factor: str
    loading: Leaf


Links = Mapping[str, tuple[Link, ...]]
"""The links of inputs by their names; the others are independent."""

NO_LINKS: Links = MappingProxyType({})


@dataclass(frozen=True)
class Joint:
    """Inputs that are drawn together, and what some of them share."""

    leaves: tuple[Leaf, ...]
    links: Links

    @classmethod
    def of(cls, leaves: Iterable[Leaf], links: Links = NO_LINKS) -> Joint:
        """Return inputs in the order of their names, with those of the links that are theirs."""
        ordered = tuple(sorted(leaves, key=lambda leaf: leaf.name))
        return cls(ordered, {leaf.name: links[leaf.name] for leaf in ordered if leaf.name in links})

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What is drawn independently: the inputs' own parts, then the common factors, then the loadings."""
        linked = [link for ones in self.links.values() for link in ones]
        own = [leaf.name for leaf in self.leaves]
        return tuple(own + sorted({link.factor for link in linked}) + sorted(self._loadings))

    def draw(self, number: int, seed: int) -> Array:
        """Return the independent scores of one chunk, a row for each name; they follow from seed, name and chunk."""
        found = np.empty((len(self.names), CHUNK))
        for row, name in zip(found, self.names, strict=True):
            row[:] = _scores(name, number, seed) if number else _first_scores(name, seed)
        return found

    def scores(self, drawn: Array) -> Array:
        """Return the standard normal scores of the inputs, a row for each, from independent ones.

        own x sqrt(1 - sum of squared loadings) + sum of loading x factor
        """
        found = drawn[: len(self.leaves)].copy()
        place = {name: i for i, name in enumerate(self.names)}
        strengths = {name: spread(leaf, drawn[place[name]]) for name, leaf in self._loadings.items()}
        weights: dict[tuple[str, ...], tuple[Array, list[Array]]] = {}
        for name, links in self.links.items():
            kinds = tuple(link.loading.name for link in links)
            if kinds not in weights:
                weights[kinds] = _shares([strengths[kind] for kind in kinds])
            rest, loadings = weights[kinds]
            row = found[place[name]]
            row *= rest
            for link, loading in zip(links, loadings, strict=True):
                row += loading * drawn[place[link.factor]]
        return found

    def values(self, scores: Array) -> dict[str, Array]:
        """Return the values of the inputs by name at their scores."""
        marginals = zip(self.leaves, self._marginals, scores, strict=True)
        return {leaf.name: marginal(row) for leaf, marginal, row in marginals}

    @cached_property
    def _marginals(self) -> tuple[Marginal, ...]:
        return tuple(Marginal.of(leaf) for leaf in self.leaves)

    @cached_property
    def _loadings(self) -> dict[str, Leaf]:
        return {link.loading.name: link.loading for ones in self.links.values() for link in ones}


def _shares(strengths: Sequence[Array]) -> tuple[Array, list[Array]]:
    """Return the weight of what is an input's own, and the loadings: smaller where they leave nothing for it."""
    common = np.sum(np.square(strengths), axis=0)
    scale = 1 / np.sqrt(np.maximum(common, 1.0))
    return np.sqrt(np.maximum(1 - common, 0.0)), [one * scale for one in strengths]


def chunks(joint: Joint, samples: int, seed: int = SEED) -> Iterator[tuple[Array, dict[str, Array]]]:
    """Yield chunks of joint draws of inputs: their standard normal scores, one row per input, and values by name.

    A Latin hypercube by blocks: each block of an input has one draw in every equal part of its distribution, in an
    order that follows from seed, name and chunk alone. So an input has the same draws whatever else is drawn beside it,
    and asking for more leaves the first ones as they are.

    Raises
    ------
    CostModelError
        Where no draws are asked for.
    """
    return (chunk(joint, number, size, seed) for number, size in enumerate(sizes(samples)))


def sizes(samples: int) -> list[int]:
    """Return how many draws each chunk has."""
    if samples < 1:
        msg = f"samples is {samples}: ask for at least one draw"
        raise CostModelError(msg)
    return [min(CHUNK, samples - start) for start in range(0, samples, CHUNK)]


def chunk(joint: Joint, number: int, size: int, seed: int) -> tuple[Array, dict[str, Array]]:
    """Return the first draws of one chunk: scores and values."""
    scores = joint.scores(joint.draw(number, seed)[:, :size])
    return scores, joint.values(scores)


def number_of(name: str) -> int:
    """Return the number of 64 bits that stands for a name among the seeds of its draws."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


def _scores(name: str, number: int, seed: int) -> Array:
    """Return the standard normal scores of an input in one chunk: in each block one of every part, somewhere in it."""
    generator = np.random.PCG64(_Mixed.of(name, seed))  # type: ignore[arg-type] # documented, but not in its stubs
    words = generator.advance(number * WORDS).random_raw(WORDS)
    keys = words[: CHUNK // 2].view(np.uint32).reshape(-1, BLOCK) & ~_PART | _PARTS
    keys.sort(axis=1)  # random above, the part of each below: sorting is the quickest way to put parts in an order
    places = ((keys & _PART) * LEVELS).ravel() + words[CHUNK // 2 :].view(np.uint8)
    return _levels().take(places)


@lru_cache(maxsize=1 << 9)
def _first_scores(name: str, seed: int) -> Array:
    """Return the scores of the first chunk, which every answer draws again: 64 kB for each of at most 512 inputs."""
    return _scores(name, 0, seed)


@dataclass(frozen=True)
class _Mixed(ISeedSequence):
    """A seed that has been mixed: to mix it again for every chunk would take as long as half of the draws."""

    state: npt.NDArray[Any]

    @classmethod
    @lru_cache(maxsize=1 << 12)
    def of(cls, name: str, seed: int) -> _Mixed:
        """Return the seed of the draws of an input."""
        return cls(np.random.SeedSequence([seed, number_of(name)]).generate_state(4, np.uint64))

    def generate_state(self, n_words: int, dtype: object = np.uint64) -> npt.NDArray[Any]:  # noqa: ARG002 - PCG64 asks for these
        """Return what a generator begins with."""
        return self.state


@cache
def _levels() -> Array:
    """Return the scores in the middles of as many equal parts of a normal distribution as draws may fall on."""
    middles = ((np.arange(BLOCK * LEVELS // 2) + 0.5) / (BLOCK * LEVELS)).tolist()
    lower = np.fromiter(map(NormalDist().inv_cdf, middles), float, len(middles))  # SciPy takes longer to import
    return np.concatenate((lower, -lower[::-1]))


LEVELS = 256
"""Places within a part of a block that a draw may fall on: 65,536 in all, finer than any answer."""

WORDS = CHUNK // 2 + CHUNK // 8
"""Random words of 64 bits behind a chunk of an input: of each draw half a word for its order, a byte for its place."""

_PARTS, _PART = np.arange(BLOCK, dtype=np.uint32), np.uint32(BLOCK - 1)


def together(leaves: Iterable[Leaf], samples: int, seed: int = SEED, links: Links = NO_LINKS) -> dict[str, Array]:
    """Return joint draws of inputs by name, all at once."""
    joint = Joint.of(leaves, links)
    parts = [values for _, values in chunks(joint, samples, seed)]
    if len(parts) == 1:
        return parts[0]
    return {leaf.name: np.concatenate([part[leaf.name] for part in parts]) for leaf in joint.leaves}
