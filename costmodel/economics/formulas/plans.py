"""What users pay, what is left of it, and who costs more than he pays."""

from costmodel.formula import formula
from costmodel.formula.ops import maximum, minimum, where
from costmodel.units import quantity

SHARE = (0.0, 1.0)
NEVER = quantity(1e30, "query/user/day")
NO_QUERIES = quantity(0.0, "query/user/day")
NO_PRICE = quantity(0.0, "USD/query")
ONE_DOLLAR = quantity(1.0, "USD/user/month")
NOBODY_EVER = quantity(1e30, "user")
LEAST_COST = quantity(1e-30, "USD/query")
"""Stands for a query that costs nothing, on which nobody loses money."""
NO_LOSS = quantity(0.0, "USD/user/month")


@formula(
    increasing=["price"],
    decreasing=["discount", "active_share"],
    bounds={"discount": SHARE, "active_share": (0.01, 1)},
)
def seat_revenue(*, price: "USD/user/month", discount: "1", active_share: "1") -> "USD/user/month":
    """Return what comes in for each active user: the price of the seats that are paid, less what is let off."""
    return price * (1 - discount) / active_share


@formula(
    increasing=["prompt_token_price", "output_token_price", "prompt_tokens", "output_tokens"],
    decreasing=["discount"],
    bounds={"discount": SHARE},
)
def metered_price(
    *,
    prompt_token_price: "USD/Mtoken",
    output_token_price: "USD/Mtoken",
    prompt_tokens: "token/query",
    output_tokens: "token/query",
    discount: "1",
) -> "USD/query":
    """Return what a query is billed at, by its tokens, less what is let off."""
    return (prompt_token_price * prompt_tokens + output_token_price * output_tokens) * (1 - discount)


@formula(increasing=["prompt_token_price", "cached_token_price"], bounds={"cached_share": SHARE})
def price_of_prompt_token(
    *, prompt_token_price: "USD/Mtoken", cached_token_price: "USD/Mtoken", cached_share: "1"
) -> "USD/Mtoken":
    """Return what a token of a prompt is billed at, on average over those in the cache and the others."""
    return prompt_token_price * (1 - cached_share) + cached_token_price * cached_share


@formula(increasing=["amount"], bounds={"queries": (1e-30, 1e30), "output_tokens": (1e-30, 1e30)})
def per_million_tokens(
    *, amount: "USD/user/month", queries: "query/user/day", output_tokens: "token/query"
) -> "USD/Mtoken":
    """Return what comes in of a user, or is left of it, for each million tokens that are written for him."""
    return amount / (queries * output_tokens)


@formula(increasing=["answered"], decreasing=["up_to"])
def queries_beyond(*, answered: "query/user/day", up_to: "query/user/day") -> "query/user/day":
    """Return the answered queries of the mean user beyond a number that each may have."""
    return maximum(answered - up_to, NO_QUERIES)


@formula(increasing=["seat", "price_per_query", "billed"])
def revenue_of_user(
    *, seat: "USD/user/month", price_per_query: "USD/query", billed: "query/user/day"
) -> "USD/user/month":
    """Return what comes in for a user: the seat, and the queries that are billed."""
    return seat + price_per_query * billed


@formula(increasing=["of_plan"], bounds={"share": SHARE, "shares": (1e-6, 100)})
def part_of_plan(*, of_plan: "USD/user/month", share: "1", shares: "1") -> "USD/user/month":
    """Return what a plan adds to the mean of all users, by its share of them."""
    return of_plan * share / shares


@formula(increasing=["of_plan"], bounds={"share": SHARE, "shares": (1e-6, 100)})
def queries_of_plan(*, of_plan: "query/user/day", share: "1", shares: "1") -> "query/user/day":
    """Return what the users of a plan add to the mean queries of all users, by its share of them."""
    return of_plan * share / shares


@formula(increasing=["of_plan"], bounds={"of_plan": SHARE, "share": SHARE, "shares": (1e-6, 100)})
def share_of_plan(*, of_plan: "1", share: "1", shares: "1") -> "1":
    """Return what a share of a plan's users is of all users."""
    return of_plan * share / shares


@formula(increasing=["seat"], decreasing=["cost_per_query"], bounds={"cost_per_query": (0, 1e30)})
def loses_from(
    *, seat: "USD/user/month", cost_per_query: "USD/query", price_per_query: "USD/query", included: "query/user/day"
) -> "query/user/day":
    """Return the queries above which a user costs more than he pays.

    seat / cost up to the included ones, then (seat - price x included) / (cost - price)

    Special case: 1e30 where no number of queries does.
    """
    least = maximum(cost_per_query, LEAST_COST)
    flat, gap = minimum(seat / least, NEVER), cost_per_query - price_per_query
    beyond = (seat - price_per_query * included) / where(gap > NO_PRICE, gap, least)
    return where(flat <= included, flat, where(gap > NO_PRICE, minimum(beyond, NEVER), NEVER))


@formula(increasing=["included"], bounds={"cost_per_query": (0, 1e30)})
def loses_up_to(
    *, seat: "USD/user/month", cost_per_query: "USD/query", price_per_query: "USD/query", included: "query/user/day"
) -> "query/user/day":
    """Return the queries from which on a user pays for himself again, as each beyond the included ones earns money.

    (price x included - seat) / (price - cost)

    Special case: 1e30 where queries never do.
    """
    gap = price_per_query - cost_per_query
    back = (price_per_query * included - seat) / where(gap > NO_PRICE, gap, LEAST_COST)
    return where(gap > NO_PRICE, minimum(maximum(back, included), NEVER), NEVER)


@formula(bounds={"below_first": SHARE, "below_last": SHARE})
def share_losing(
    *,
    first: "query/user/day",
    last: "query/user/day",
    cap: "query/user/day",
    below_first: "1",
    below_last: "1",
) -> "1":
    """Return the share of users between the queries above which a user loses money and those up to which he does."""
    above = where(first < cap, 1 - below_first, quantity(0.0))
    return maximum(above - where(last < cap, 1 - below_last, quantity(0.0)), quantity(0.0))


@formula(bounds={"cost_per_query": (0, 1e30)})
def loss_per_user(
    *,
    cost_per_query: "USD/query",
    price_per_query: "USD/query",
    first: "query/user/day",
    included: "query/user/day",
    beyond_first: "query/user/day",
    beyond_included: "query/user/day",
    beyond_last: "query/user/day",
) -> "USD/user/month":
    """Return the losses on users that lose money, spread over all users; gains on others are not counted against them.

    Each query costs from the first loss on; beyond the included ones each is paid for, up to the last loss.
    """
    gap = cost_per_query - price_per_query
    paid_back = maximum(gap * (-1), NO_PRICE) * beyond_last
    within = cost_per_query * beyond_first - price_per_query * beyond_included + paid_back
    return maximum(where(first <= included, within, maximum(gap, NO_PRICE) * beyond_first), NO_LOSS)


@formula(increasing=["loss"], bounds={"share": SHARE})
def loss_of_losing(*, loss: "USD/user/month", share: "1") -> "USD/user/month":
    """Return the mean loss on those users that lose money; zero where none does."""
    return where(share <= quantity(1e-12), NO_LOSS, loss / maximum(share, quantity(1e-12)))


@formula(increasing=["revenue_per_user", "users"])
def revenue_per_month(*, revenue_per_user: "USD/user/month", users: "user") -> "USD/month":
    """Return the revenue of a month."""
    return revenue_per_user * users


@formula(increasing=["amount", "per_user", "users", "revenue_share", "revenue"], bounds={"revenue_share": SHARE})
def further_cost(
    *, amount: "USD/month", per_user: "USD/user/month", users: "user", revenue_share: "1", revenue: "USD/month"
) -> "USD/month":
    """Return what a line beside compute costs a month: a sum, something for each user, a share of the revenue."""
    return amount + per_user * users + revenue_share * revenue


@formula(increasing=["revenue"], decreasing=["cost"])
def margin_per_month(*, revenue: "USD/month", cost: "USD/month") -> "USD/month":
    """Return what is left of a month's revenue, or of a margin, after a cost; a loss is negative."""
    return revenue - cost


@formula(increasing=["margin"], bounds={"revenue": (1e-12, 1e30)})
def margin_of_revenue(*, margin: "USD/month", revenue: "USD/month") -> "1":
    """Return a margin as share of the revenue."""
    return margin / revenue


@formula(increasing=["margin"], bounds={"users": (1e-30, 1e12)})
def margin_of_user(*, margin: "USD/month", users: "user") -> "USD/user/month":
    """Return a month's margin for each user."""
    return margin / users


@formula(increasing=["cost"], decreasing=["revenue"])
def loss_of_user(*, cost: "USD/user/month", revenue: "USD/user/month") -> "USD/user/month":
    """Return what a user costs above what he pays; a gain is negative."""
    return cost - revenue


@formula(increasing=["one", "other"])
def larger_loss(*, one: "USD/user/month", other: "USD/user/month") -> "USD/user/month":
    """Return the larger of two losses."""
    return maximum(one, other)


@formula(increasing=["each", "spread", "revenue", "revenue_share"], bounds={"revenue_share": SHARE})
def full_cost(
    *, each: "USD/user/month", spread: "USD/user/month", revenue: "USD/user/month", revenue_share: "1"
) -> "USD/user/month":
    """Return what a user costs in all: himself, his part of what there is anyway, and the share of what he pays."""
    return each + spread + revenue * revenue_share


@formula(increasing=["each", "spread", "revenue_share"], bounds={"revenue_share": (0, 0.99)})
def break_even_price(*, each: "USD/user/month", spread: "USD/user/month", revenue_share: "1") -> "USD/user/month":
    """Return what a user must pay on average so that nothing is lost: (each + spread) / (1 - share of revenue)."""
    return (each + spread) / (1 - revenue_share)


@formula(increasing=["anyway"], bounds={"revenue_share": SHARE})
def break_even_users(
    *, anyway: "USD/month", each: "USD/user/month", revenue: "USD/user/month", revenue_share: "1"
) -> "user":
    """Return the users whose margins pay for what there is anyway: anyway / (revenue x (1 - share) - each).

    Special case: 1e30, which stands for never, where each user costs more than he brings in.
    """
    left = revenue * (1 - revenue_share) - each
    return where(left > NO_LOSS, minimum(anyway / where(left > NO_LOSS, left, ONE_DOLLAR), NOBODY_EVER), NOBODY_EVER)
