"""The normal distribution, built of the operations of formulas, since spreadsheets and JavaScript have none alike.

A share is what lies below a score; a score counts standard deviations from the mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from costmodel.formula.ops import exp, log, maximum, minimum, sqrt, where
from costmodel.units import Quantity, quantity

HALF = quantity(0.5)
ONE = quantity(1.0)
FAR = quantity(37.0)
"""Standard deviations beyond which nothing is left that a float holds."""

# fmt: off
_TAIL = (
    (3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
     112.079291497871, 221.213596169931, 220.206867912376),
    (8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
     296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752),
)
"""What lies beyond a score, over exp(-score^2 / 2), numerator and denominator: Hart (1968) as in West (2005)."""

_MIDDLE = (
    (2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
     1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0),
    (5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
     5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
)
"""The score over the distance from a half, by 0.180625 - distance^2: Wichura (1988), AS 241, as the next two."""

_NEAR = (
    (7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
     3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0),
    (1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
     6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0),
)
"""The score by sqrt(-log(share beyond)) - 1.6, up to a root of 5."""

_DEEP = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
     2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0),
    (2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
     1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0),
)
"""The score by that root - 5, above."""
# fmt: on

Ratio = tuple[Sequence[float], Sequence[float]]


def share_below(score: Quantity) -> Quantity:
    """Return the share of a normal distribution below a score, to 1e-14 (far below the mean to 1e-8 of itself).

    >>> print(round(float(share_below(quantity(1.6448536269514722)).magnitude), 12))
    0.95
    """
    distance = minimum(maximum(score, -score), FAR)
    beyond = exp(-(distance * distance) / 2) * _ratio(_TAIL, distance)
    return where(quantity(0.0) < score, ONE - beyond, beyond)


def score_of(share: Quantity) -> Quantity:
    """Return the score below which a share of a normal distribution lies, to 1e-14 of itself.

    Special cases: shares of zero and one have none; they give infinities.

    >>> print(round(float(score_of(quantity(0.95)).magnitude), 12))
    1.644853626951
    """
    off = share - HALF
    root = sqrt(-log(minimum(share, ONE - share)))
    far: Quantity = where(root <= quantity(5.0), _ratio(_NEAR, root - 1.6), _ratio(_DEEP, root - 5.0))
    near: Quantity = off * _ratio(_MIDDLE, quantity(0.180625) - off * off)
    return where(maximum(off, -off) <= quantity(0.425), near, where(off < quantity(0.0), (-1) * far, far))


def _ratio(ratio: Ratio, x: Quantity) -> Quantity:
    top, bottom = (reduce(lambda sum_, factor: sum_ * x + factor, terms, quantity(0.0)) for terms in ratio)
    return top / bottom
