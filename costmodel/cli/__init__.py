"""The command: one thin file per verb; nothing heavy is imported before a verb runs."""

from costmodel.cli.main import main

__all__ = ["main"]
