"""``sourcing --help``: all verbs on one page, in the order of a recruiter's day.

It is the first thing that anybody sees, so it comes as plain text without loading what draws boxes (a third of a second
on a slow laptop). The help of a single verb keeps its boxes.
"""

from __future__ import annotations

import inspect
from typing import Any

import typer
from typer.core import TyperGroup

from sourcing.cli.options import spare_defaults

THEMES = (
    ("Begin", ("init", "doctor", "demo")),
    ("Every night", ("nightly", "crawl", "resolve", "assess", "rank", "status")),
    ("Every morning", ("digest", "shortlist", "show", "search")),
    ("Outreach", ("export", "import", "stage", "tag", "note")),
    ("Taste", ("like", "dislike", "likes")),
    ("Who is who", ("duplicates", "merge", "split")),
    ("The rights of the people in the list", ("notices", "access", "forget", "purge", "audit")),
    ("Checking the scores", ("evaluate",)),
)
NARROW, WIDE = 40, 100


class Overview(TyperGroup):
    """The verbs under headings instead of in one list of thirty."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Without any word, show the verbs: wrong usage, so on stderr and with its exit code."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help(), err=True)
            ctx.exit(2)
        spare_defaults(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, verbs, options and exit codes."""
        formatter.width = max(NARROW, min(formatter.width, WIDE))
        self.format_usage(ctx, formatter)
        self.format_help_text(ctx, formatter)
        verbs = {
            name: command
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        }
        themes = (*THEMES, ("More", tuple(verbs.keys() - {name for _, names in THEMES for name in names})))
        widest = max(map(len, verbs))
        for theme, names in themes:
            rows = [(name.ljust(widest), first_sentence(verbs[name].help)) for name in names if name in verbs]
            if rows:
                with formatter.section(theme):
                    formatter.write_dl(rows)
        options = [row for one in self.get_params(ctx) if (row := one.get_help_record(ctx)) is not None]
        with formatter.section("Options"):
            formatter.write_dl(options)
        self.format_epilog(ctx, formatter)


def flow_help(app: typer.Typer) -> None:
    """Let the help of every verb flow to the width of the terminal: its lines in the code are those of the code."""
    for verb in app.registered_commands:
        if verb.help is None and verb.callback is not None:
            verb.help = flowing(inspect.getdoc(verb.callback) or "")
    for group in app.registered_groups:
        if group.typer_instance is not None:
            flow_help(group.typer_instance)


def flowing(text: str) -> str:
    """A text with each paragraph on one line.

    >>> flowing("One\\ntwo.\\n\\nThree.")
    'One two.\\n\\nThree.'
    """
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def first_sentence(text: str | None) -> str:
    """What stands before the first full stop of a verb's help.

    >>> first_sentence("Erase a person. This cannot be\\n\\ntaken back.")
    'Erase a person.'
    """
    paragraph = " ".join((text or "").split("\n\n")[0].replace("``", "").split())
    return paragraph.partition(". ")[0].rstrip(".") + "." if paragraph else ""
