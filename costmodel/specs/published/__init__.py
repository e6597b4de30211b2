"""Published configuration files of language models, read family by family."""

from costmodel.specs.published.door import read_published
from costmodel.specs.published.shape import Published

__all__ = ["Published", "read_published"]
