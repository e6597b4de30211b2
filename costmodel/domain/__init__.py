"""The nouns of the model: frozen objects whose leaves are quantities, each with the fact it came from."""
