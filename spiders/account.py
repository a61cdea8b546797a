"""What one source gave in one crawl, counted while it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from spiders.registry import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """How a source went. ``error`` is one sentence, ``None`` where all went well; a source with an error may
    still have brought records. ``interrupted`` means that it was stopped from outside.
    """

    source: str
    pages: int = 0
    fetched: int = 0
    new: int = 0
    changed: int = 0
    withheld: int = 0
    warnings: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    interrupted: bool = False


class Account:
    """The counts of a running source. Problems are kept in the order they came, each sentence once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.asked = self.answered = 0
        self.pages = self.fetched = self.new = self.changed = self.withheld = 0
        self.warnings: Counter[str] = Counter()
        self.problems: dict[str, None] = {}
        self.interrupted = False

    def add_page(
        self, *, fetched: int, new: int, changed: int, withheld: int, warnings: Mapping[str, int]
    ) -> None:
        """Count a page that has been committed."""
        self.pages += 1
        self.fetched += fetched
        self.new += new
        self.changed += changed
        self.withheld += withheld
        self.warnings.update(warnings)

    def add_problem(self, sentence: str) -> None:
        """Note what went wrong; the first few are shown."""
        if len(self.problems) < 100:
            self.problems.setdefault(sentence[:300])

    def outcome(self) -> SourceOutcome:
        """The account as it stands."""
        shown = list(self.problems)[:3]
        more = len(self.problems) - len(shown)
        error = "; ".join(shown) + (f"; and {more} more" if more else "") if shown else None
        return SourceOutcome(
            source=self.source,
            pages=self.pages,
            fetched=self.fetched,
            new=self.new,
            changed=self.changed,
            withheld=self.withheld,
            warnings=dict(self.warnings),
            error=error,
            interrupted=self.interrupted,
        )


def judge(account: Account, source: Source, *, limited: bool, first: bool = False) -> None:
    """Add a problem for no page at all or more records than a source can hold, a warning for few.

    A page without records counts as fetched: an upstream may say that there is nothing new; but not the ``first`` time
    that a source is read. A source that is asked about single people or papers (``expect`` from 0) may find nothing,
    but not be without any answer. Where nothing had to be asked, that is all that is said.
    """
    least, most = source.expect
    if account.pages == 0:
        if account.asked == 0 and not account.problems:
            account.warnings["nothing to ask"] += 1
        elif least > 0 or account.answered == 0:
            account.add_problem(f"{source.name} fetched nothing")
    elif first and least > 0 and account.fetched + account.withheld == 0:
        account.add_problem(f"{source.name} found no record in the {account.pages} pages of its first run")
    elif account.fetched > most:
        account.add_problem(
            f"{source.name} brought {account.fetched:,} records, it can hold {most:,} at most"
        )
    elif 0 < account.fetched < least and not limited:
        account.warnings[f"fewer records than expected ({least})"] += 1
