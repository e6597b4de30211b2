"""Money: what the ways to get compute cost per month, query, token, user and training run."""
