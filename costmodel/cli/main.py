"""The root of the command: verbs by name, loaded when used; errors without a traceback."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from io import StringIO, TextIOWrapper

import click

from costmodel import __version__
from costmodel.errors import INTERRUPTED, USER_ERROR, CostModelError, did_you_mean
from costmodel.later import later
from costmodel.texts import visible

COMPLETION = "_COSTMODEL_COMPLETE"
"""What a shell sets to ask for the words that may follow."""

VERBS = {
    "report": "Build the pages of scenarios.",
    "compare": "Compare the offers of a scenario.",
    "decide": "Say which offer wins, how likely, and what would flip it.",
    "diff": "Show what differs between two scenarios, and what each change did.",
    "break-even": "Show from where on one way beats another.",
    "map": "Show where each offer wins as two inputs move.",
    "uncertainty": "Show how sure the costs and their order are.",
    "sensitivity": "Show what a cost depends on, and what is worth knowing.",
    "solve": "Say what would have to be true for a figure.",
    "claims": "Check public claims against the model.",
    "users": "Show what users cost, pay and lose, by how much they use.",
    "levers": "Show what each lever does to the margin.",
    "accounts": "Show a company's year from its parts, and the first profitable one.",
    "explain": "Show what a number is made of, down to its sources.",
    "lessor": "Show what a rental earns its owner.",
    "waterfall": "Share out profit through the stages of a deal.",
    "predict": "Predict the speed of one deployment.",
    "search": "Search the cheapest deployment of a model on an offer.",
    "program": "Show who pays for an own chip, what it costs by volume, and its cash.",
    "chip": "Show what an accelerator costs to make.",
    "size": "Size a fleet for a request rate.",
    "die": "Show what a die costs to make.",
    "accuracy": "Compare predictions with tables of measurements.",
    "fit": "Fit the constants of the time model on measurements.",
    "import": "Make spec files of what others publish.",
    "init": "Write a spec file to fill in.",
    "check": "Check spec files and scenarios.",
    "schema": "Show what the files of a kind may say.",
    "list": "List accelerators, systems, offers and other specs.",
    "show": "Show one spec with its sources.",
    "coverage": "Build the page of what is known about hardware.",
}

COLLECTED = 1_000_000
"""Objects that are made between two searches for what nobody uses: a verb keeps nearly all until it ends."""


def _module(verb: str) -> str:
    """Return the module of a verb; `import` is a word of Python's own."""
    return "import_" if verb == "import" else verb.replace("-", "_")


class Verbs(click.Group):
    """A group whose verbs live in modules of their own and are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which people meet them."""
        del ctx
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb by name."""
        del ctx
        if cmd_name not in VERBS:
            return None
        module = import_module(f"costmodel.cli.{_module(cmd_name)}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a verb, or say which one may be meant."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            msg = f'No verb "{args[0]}".{did_you_mean(args[0], VERBS)} Verbs: {", ".join(VERBS)}.'
            raise click.UsageError(msg, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs without importing them."""
        del ctx
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="costmodel")
def costmodel() -> None:
    """Say what AI compute costs: GPU or custom chip; buy, rent or build.

    Scenarios are named by id (costmodel list scenarios) or by the path of a .toml file.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Run the command: exit code 0, or 2 for a mistake in the input, which is explained in a few lines."""
    gc.set_threshold(COLLECTED)
    later("pandas")
    later("scipy")  # pint asks whether it is there
    _show_all()
    try:
        costmodel.main(args=args, prog_name="costmodel", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        shown = StringIO()
        error.show(shown)
        _refuse(visible(shown.getvalue().rstrip("\n")))
    except CostModelError as error:
        text = visible(str(error))
        _refuse(f"{_colour('Error')}: {text}" if "\n" not in text else f"{_colour('Errors')}:\n{text}")
    except OSError as error:
        text = f"{error.filename or 'output'}: {error.strerror or error}"
        _refuse(f"{_colour('Error')}: {visible(text)}")
    except (KeyError, ValueError) as error:
        if COMPLETION not in os.environ:
            raise
        _refuse(f"{_colour('Error')}: {COMPLETION} is set, with which a shell says COMP_WORDS and COMP_CWORD: {error}")
    except SystemExit as stop:
        sys.exit(0 if _nobody_reads() else stop.code)


def _nobody_reads() -> bool:
    """Say whether who read the output has gone, as `head` does: click ends with 1 then, and hushes the outputs."""
    return type(sys.stdout).__module__ == "click.utils"


def _refuse(text: str) -> None:
    """Say what is wrong, to whom it may reach, and end."""
    with suppress(OSError):
        click.echo(text, err=True)
    sys.exit(USER_ERROR)


def _show_all() -> None:
    """Let signs that the encoding of an output lacks be shown as codes: one of ASCII, or that of a Windows pipe."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _colour(word: str) -> str:
    return click.style(word, fg="red", bold=True)
