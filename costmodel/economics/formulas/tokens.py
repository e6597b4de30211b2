"""What tokens cost that a provider sells."""

from costmodel.economics.formulas.finance import SHARE
from costmodel.formula import formula


@formula(increasing=["prompt", "cached_share"], bounds={"cached_share": SHARE})
def prompt_tokens_in_cache(*, prompt: "token/query", cached_share: "1") -> "token/query":
    """Return the tokens of a prompt that are still in the provider's cache."""
    return prompt * cached_share


@formula(increasing=["prompt"], decreasing=["cached_share"], bounds={"cached_share": SHARE})
def new_prompt_tokens(*, prompt: "token/query", cached_share: "1") -> "token/query":
    """Return the tokens of a prompt that are read anew."""
    return prompt * (1 - cached_share)


@formula(increasing=["queries", "tokens"])
def tokens_used(*, queries: "query/second", tokens: "token/query") -> "Mtoken/month":
    """Return the tokens that all queries take in a month."""
    return queries * tokens


@formula(increasing=["used", "price"])
def token_cost(*, used: "Mtoken/month", price: "USD/Mtoken") -> "USD/month":
    """Return what the tokens of a month cost."""
    return used * price
