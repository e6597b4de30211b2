"""The gamma distribution, built of the operations of formulas like the normal one: shape, values in units of its scale.

Shapes from 0.04 to 25, which are spreads (standard deviation over mean) from 5 down to 0.2.
"""

from __future__ import annotations

from functools import reduce

from costmodel.formula.normal import score_of
from costmodel.formula.ops import exp, log, maximum, minimum, sqrt, where
from costmodel.units import Quantity, quantity

ONE = quantity(1.0)
NEARLY_NONE = quantity(1e-300)
FAR = quantity(700.0)
"""Beyond it nothing is left of a distribution of these shapes that a float holds."""

TERMS = 46
"""Terms of the series and levels of the continued fraction, each on its own side of the shape plus one: to 1e-11."""

STEPS = 6
"""Steps of Newton, from a start of a few percent: to rounding."""

HALF_LOG_OF_TWO_PI = 0.9189385332046727

# fmt: off
_LANCZOS = (676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7)
"""Lanczos's approximation with g = 7 and nine terms, as commonly tabulated."""
# fmt: on


def log_gamma_of_next(shape: Quantity) -> Quantity:
    """Return the logarithm of the gamma function of a shape plus one, to 1e-14.

    >>> print(round(float(log_gamma_of_next(quantity(4.0)).magnitude), 12))
    3.178053830348
    """
    terms = (quantity(factor) / (shape + place) for place, factor in enumerate(_LANCZOS, 1))
    sum_ = reduce(lambda total, term: total + term, terms, quantity(0.99999999999980993))
    shifted = shape + 7.5
    return (shape + 0.5) * log(shifted) - shifted + HALF_LOG_OF_TWO_PI + log(sum_)


def density_over_shape(shape: Quantity, value: Quantity) -> Quantity:
    """Return value^shape e^-value / gamma(shape + 1): value times the density, over the shape."""
    return exp(shape * log(maximum(value, NEARLY_NONE)) - minimum(value, FAR) - log_gamma_of_next(shape))


def gamma_share_below(shape: Quantity, value: Quantity) -> Quantity:
    """Return the share of a gamma distribution below a value, to 1e-11.

    >>> print(round(float(gamma_share_below(quantity(1.0), quantity(2.0)).magnitude), 10))
    0.8646647168
    """
    edge, front = shape + 1.0, density_over_shape(shape, value)
    beyond = front * shape * _fraction(shape, minimum(maximum(value, edge), FAR))
    return where(value < edge, front * _series(shape, minimum(value, edge)), ONE - minimum(beyond, ONE))


def gamma_value_at(shape: Quantity, share: Quantity) -> Quantity:
    """Return the value below which a share of a gamma distribution lies.

    >>> print(round(float(gamma_value_at(quantity(1.0), quantity(0.9)).magnitude), 10))
    2.302585093
    """
    place = log(_start(shape, share))
    for _ in range(STEPS):
        value = exp(place)
        below = maximum(gamma_share_below(shape, value), NEARLY_NONE)
        step = (log(below) - log(share)) * below / maximum(shape * density_over_shape(shape, value), NEARLY_NONE)
        place = place - maximum(minimum(step, ONE), quantity(-1.0))
    return exp(place)


def _series(shape: Quantity, value: Quantity) -> Quantity:
    """Return 1 + value / (shape + 1) x (1 + value / (shape + 2) x ...)."""
    return reduce(lambda inner, place: ONE + value / (shape + place) * inner, range(TERMS, 0, -1), ONE)


def _fraction(shape: Quantity, value: Quantity) -> Quantity:
    """Return the continued fraction of the share beyond a value, over value^shape e^-value / gamma(shape)."""

    def level(inner: Quantity, place: int) -> Quantity:
        return value + (2.0 * place - 1.0) - shape - place * (place - shape) / inner

    return ONE / reduce(level, range(TERMS, 0, -1), value + (2.0 * TERMS + 1.0) - shape)


def _start(shape: Quantity, share: Quantity) -> Quantity:
    """Return a value near that of a share: by the cube of a normal for large shapes, else by its power at zero."""
    cube = ONE - ONE / (9.0 * shape) + score_of(share) / (3.0 * sqrt(shape))
    small = ONE - minimum(shape, ONE) * (0.253 + 0.12 * minimum(shape, ONE))
    low = exp(log(minimum(share / small, ONE)) / shape)
    high = ONE - log(minimum((ONE - share) / (ONE - small), ONE))
    return where(shape > ONE, maximum(shape * cube * cube * cube, quantity(1e-3)), where(share < small, low, high))
