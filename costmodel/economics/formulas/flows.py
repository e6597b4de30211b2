"""Dated flows in closed form: what a line of money is worth today, without writing out its months.

Time is in whole months from the start. What is paid once counts on its day; what is paid month by month counts in the
middle of its month, and as much later as payment is delayed. Rates are yearly.
"""

from typing import Any

from costmodel.economics.formulas.finance import LOG_OF_TEN, SHARE, YEAR
from costmodel.formula import formula
from costmodel.formula.ops import ceil, exp, expm1, floor, log, log1p, maximum, minimum, where
from costmodel.units import Quantity, quantity

MONTH = quantity(1.0, "month")
ONE = quantity(1.0)
SAFE = quantity(1e-3)
"""A change that stands in for none, in a branch that is not taken."""
YEARLY = 12.0
LARGEST_EXPONENT = 500.0
"""Sums that grow beyond it are out of all proportion; the limit keeps them numbers."""
ROUNDING = 1e-9
TINY = 1e-15
NEARLY_FLAT = 1e-6
"""Below such a change a month, sums of products are replaced by the first terms of their series."""
FLOW_RATE = (-0.5, 2.0)
RISE = (-0.5, 0.5)
FALL = (-0.5, 0.99)
MONTHS = (0.0, 1200.0)
DELAY = (-1.0, 12.0)
"""Months; below zero where what is paid in a year counts in its middle, at a rate below zero."""


@formula(increasing=["time"], bounds={"time": (0, 100)})
def whole_months(*, time: "year") -> "month":
    """Return a time in whole months, the nearest."""
    return floor(YEARLY * (time / YEAR) + 0.5) * MONTH


@formula(bounds={"horizon": (0, 1200), "life": (1, 1200)})
def lives_begun(*, horizon: "month", life: "month") -> "1":
    """Return how many lives, or terms, begin before a horizon: at least one, also where it ends inside the first."""
    return maximum(ceil(horizon / life - ROUNDING), ONE)


@formula(bounds={"horizon": (0, 1200), "life": (1, 1200), "lives": (1, 1200)})
def age_at_end(*, horizon: "month", life: "month", lives: "1") -> "month":
    """Return how old the last of several lives that follow each other is at the horizon."""
    return maximum(horizon - (lives - 1) * life, 0 * MONTH)


@formula(increasing=["months", "horizon"], bounds={"months": (0, 1200), "horizon": (0, 1200)})
def months_needed(*, months: "month", horizon: "month") -> "month":
    """Return the months of a term in which what it binds is needed."""
    return minimum(months, horizon)


@formula(increasing=["term", "horizon"], bounds={"term": (0, 1200), "horizon": (0, 1200)})
def months_bound(*, term: "month", horizon: "month") -> "month":
    """Return the months that a lease is paid for: those of its term, or of the need where it is longer."""
    return maximum(term, horizon)


@formula(increasing=["terms"], bounds={"terms": (1, 1200)})
def whole_renewals(*, terms: "1") -> "1":
    """Return how many of several terms are whole ones after the first."""
    return maximum(terms - 2, 0 * ONE)


@formula(bounds={"term": (1, 1200), "terms": (1, 1200)})
def last_start(*, term: "month", terms: "1") -> "month":
    """Return when the last of several terms, or lives, that follow each other begins."""
    return (terms - 1) * term


@formula(bounds={"horizon": (0, 1200), "term": (1, 1200), "terms": (1, 1200)})
def last_renewal(*, horizon: "month", term: "month", terms: "1") -> "month":
    """Return the months of the last renewal, which runs for what is left of the need; none without one."""
    return where(terms > 1, maximum(horizon - (terms - 1) * term, 0 * MONTH), 0 * MONTH)


@formula(increasing=["months"], bounds={"rate": FLOW_RATE, "months": MONTHS, "delay": DELAY})
def monthly_worth(*, rate: "1/year", months: "month", delay: "month") -> "month":
    """Return what one a month, for a number of months, is worth today: how many payments of today.

    Sum of (1 + r)^-((m - 1/2 + delay) / 12) over months 1 to n

    Special case: n at r = 0.
    """
    force = _force(rate)
    return _level(force, months / MONTH) * exp(-force * (delay / MONTH)) * MONTH


@formula(bounds={"rate": FLOW_RATE, "delay": DELAY})
def delay_to(*, rate: "1/year", delay: "month", place: "month") -> "month":
    """Return the delay by which level payments of each year are worth what they are if all fall on one place in it.

    delay + place + ln(sum of (1 + r)^-((m - 1/2) / 12) / 12 over months 1 to 12) / ln(1 + r) in months

    Special case: delay + place - 6 months at r = 0.
    """
    force = _force(rate)
    flat = maximum(force, -force) < NEARLY_FLAT
    safe = where(flat, SAFE, force)
    mean = where(flat, YEARLY / 2 - force * (YEARLY * YEARLY - 1) / 24, -log(_level(safe, YEARLY) / YEARLY) / safe)
    return delay + place - mean * MONTH


@formula(bounds={"rate": FLOW_RATE, "escalation": RISE, "months": MONTHS, "delay": DELAY})
def escalated_worth(*, rate: "1/year", escalation: "1/year", months: "month", delay: "month") -> "month":
    """Return what one a month, raised after each whole year, is worth today.

    Sum of (1 + e)^floor((m - 1) / 12) x (1 + r)^-((m - 1/2 + delay) / 12) over months 1 to n
    """
    force = _force(rate)
    return _risen(force, escalation, months / MONTH) * exp(-force * (delay / MONTH)) * MONTH


@formula(bounds={"rate": FLOW_RATE, "escalation": RISE, "months": MONTHS, "ramp": (0, 120), "delay": DELAY})
def ramped_worth(*, rate: "1/year", escalation: "1/year", months: "month", ramp: "month", delay: "month") -> "month":
    """Return what one a month is worth today that begins in equal steps over a ramp and rises after each whole year.

    As in escalated_worth, with each month's flow times min((m - 1/2) / ramp, 1)

    Special case: a ramp longer than the months ends with them.
    """
    force, n = _force(rate), months / MONTH
    steps = minimum(ramp / MONTH, n)
    full = _risen(force, escalation, n) - _risen(force, escalation, steps)
    begun = _begun(force, escalation, steps) / where(ramp < MONTH, ONE, ramp / MONTH)
    return (full + where(ramp < MONTH, 0 * ONE, begun)) * exp(-force * (delay / MONTH)) * MONTH


@formula(
    bounds={
        "real_discount_rate": FLOW_RATE,
        "decline": FALL,
        "start": MONTHS,
        "every": (0, 1200),
        "times": (0, 1200),
    }
)
def repeated_worth(
    *, real_discount_rate: "1/year", decline: "1/year", start: "month", every: "month", times: "1"
) -> "1":
    """Return what a payment of one is worth today that is made several times, and declines in price by a share a year.

    z^start x (1 + z^every + ... + z^((times - 1) every)), with z = ((1 - decline) / (1 + r))^(1 / 12)

    Special case: nothing where it is made no times.
    """
    step = (log1p(-decline * YEAR) - log1p(real_discount_rate * YEAR)) / YEARLY
    return exp(step * (start / MONTH)) * _geometric(step * (every / MONTH), times)


@formula(bounds={"years": (0, 100), "decline": FALL})
def declined_price(*, years: "year", decline: "1/year") -> "1":
    """Return the price of the same thing after some years, over that of today, when it falls by a share a year."""
    return exp(log1p(-decline * YEAR) * (years / YEAR))


@formula(increasing=["amount", "worth"])
def flow_present_value(*, amount: "USD/month", worth: "month", repeated: "1") -> "USD":
    """Return what a line of monthly payments is worth today."""
    return amount * worth * repeated


@formula(increasing=["amount"])
def sum_present_value(*, amount: "USD", repeated: "1") -> "USD":
    """Return what a line of sums, each paid at once, is worth today."""
    return amount * repeated


@formula(increasing=["present_value"], decreasing=["level"], bounds={"level": (1e-3, 1e4)})
def levelised(*, present_value: "USD", level: "month") -> "USD/month":
    """Return the level monthly payment over the horizon that is worth as much today as the flows it stands for."""
    return present_value / level


@formula(bounds={"ramped": (0, 1e4), "level": (1e-3, 1e4)})
def delivered_share(*, ramped: "month", level: "month") -> "1":
    """Return the share of all accelerator-hours, discounted as money is, that a contract delivers while it ramps up."""
    return ramped / level


@formula(
    bounds={
        "age": (0, 1200),
        "life": (1, 1200),
        "resale_discount": (0, 0.99),
        "decline": (0, 2),
        "residual_value": SHARE,
    }
)
def used_value(*, age: "month", life: "month", resale_discount: "1", decline: "1/year", residual_value: "1") -> "1":
    """Return the share of its price that a used system sells for: by the trend of prices, to a value at its end.

    residual + (1 - discount - residual) x (10^(-decline x age) - 10^(-decline x life)) / (1 - 10^(-decline x life))

    Special case: in equal steps where price for performance does not fall.
    """
    fall, months = -LOG_OF_TEN * decline * YEAR / YEARLY, minimum(age, life) / MONTH
    left = exp(fall * months) * _geometric(fall, life / MONTH - months) / _geometric(fall, life / MONTH)
    return residual_value + (1 - resale_discount - residual_value) * left


@formula(bounds={"age": (0, 1200), "resale_discount": (0, 0.99), "decline": (0, 2)})
def used_value_by_trend(*, age: "month", resale_discount: "1", decline: "1/year") -> "1":
    """Return the share of its price that a used system sells for: what newer ones do for the money, less a discount.

    (1 - discount) x 10^(-decline x age), with the decline of price for performance in powers of ten a year
    """
    return (1 - resale_discount) * exp(-LOG_OF_TEN * decline * YEAR * (age / YEAR))


@formula(bounds={"age": (0, 1200), "first": (0, 1200), "span": (1, 1200), "value": SHARE, "next_value": SHARE})
def used_value_between(*, age: "month", first: "month", span: "month", value: "1", next_value: "1") -> "1":
    """Return the share of its price that a used system sells for between two ages at which it is known."""
    return value + (next_value - value) * minimum(maximum((age - first) / span, 0 * ONE), ONE)


def _force(rate: Any) -> Quantity:
    """Return the logarithm of how much less a payment is worth a month later."""
    return log1p(rate * YEAR) / YEARLY


def _geometric(step: Any, times: Any) -> Quantity:
    """Return the sum of e^(step x j) over j from 0 to times - 1."""
    flat = maximum(step, -step) < TINY
    safe = where(flat, SAFE, step)
    return where(flat, times + 0 * step, expm1(minimum(safe * times, LARGEST_EXPONENT)) / expm1(safe))


def _level(force: Any, n: Any) -> Quantity:
    """Return the sum of e^(-force x (m - 1/2)) over m from 1 to n."""
    return exp(-force / 2) * _geometric(-force, n)


def _first_moment(force: Any, n: Any) -> Quantity:
    """Return the sum of (m - 1/2) e^(-force x (m - 1/2)) over m from 1 to n."""
    flat = maximum(force, -force) < NEARLY_FLAT
    safe = where(flat, SAFE, force)
    width = expm1(safe / 2) - expm1(-safe / 2)
    exact = (_level(safe, n) * (exp(safe / 2) + exp(-safe / 2)) / 2 - n * exp(-safe * n)) / width
    return where(flat, n * n / 2 - force * n * (4 * n * n - 1) / 12, exact)


def _years(force: Any, escalation: Any, n: Any) -> tuple[Quantity, Quantity, Quantity]:
    """Return the whole years in n months, the months after them, and the change of a year's flows to the next."""
    years = floor(n / YEARLY + ROUNDING)
    return years, n - YEARLY * years, log1p(escalation * YEAR) - YEARLY * force


def _risen(force: Any, escalation: Any, n: Any) -> Quantity:
    """Return the sum of level flows that rise after each whole year."""
    years, rest, step = _years(force, escalation, n)
    return _level(force, YEARLY * ONE) * _geometric(step, years) + exp(step * years) * _level(force, rest)


def _begun(force: Any, escalation: Any, n: Any) -> Quantity:
    """Return the sum of flows that grow by one each month, from a half, and rise after each whole year."""
    years, rest, step = _years(force, escalation, n)
    year, months = _level(force, YEARLY * ONE), _level(force, rest)
    whole = YEARLY * year * _index_sum(step, years) + _first_moment(force, YEARLY * ONE) * _geometric(step, years)
    return whole + exp(step * years) * (YEARLY * years * months + _first_moment(force, rest))


def _index_sum(step: Any, n: Any) -> Quantity:
    """Return the sum of j e^(step x j) over j from 0 to n - 1."""
    flat = maximum(step, -step) < NEARLY_FLAT
    safe = where(flat, SAFE, step)
    exact = (n * exp(safe * n) - exp(safe) * _geometric(safe, n)) / expm1(safe)
    return where(flat, n * (n - 1) / 2 + step * (n - 1) * n * (2 * n - 1) / 6, exact)
