"""A repository's code and history as they are read, of a fork beside those of its original."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sourcing.assess.git_hosts import git_bases
from sourcing.assess.wanted import WantedCode
from sourcing.checkout import CheckoutError, CheckoutLimits, fetch_snapshot, newest_commit
from sourcing.checkout.commit_log import CommitLog
from sourcing.checkout.limits import PASSING
from sourcing.privacy.code_proof import CodeReading, Histories

if TYPE_CHECKING:
    from sourcing.settings import Settings


class OriginalOutOfReach(CheckoutError):  # noqa: N818 (shown to users as a sentence)
    """A fork could be had, and what it was forked from could not this time."""


def fetch_code(
    settings: Settings,
    wanted: WantedCode,
    quarantine: Path,
    revision: str | None = None,
    *,
    wait: Callable[[str], None] = lambda key: None,
) -> CodeReading:
    """A repository's tree and log at a commit (full id; default the newest), with what it was forked from.

    Of a fork whose original cannot be read ``parent`` is ``None``. ``wait`` is called before that is asked for: whoever
    asks for the fork has waited for its host. Raises :class:`CheckoutError`; :class:`OriginalOutOfReach` where only the
    original was out of reach, which says nothing of the fork.
    """
    limits, logs = checkout_limits(settings), list[CommitLog]()
    fetch = partial(
        fetch_snapshot,
        quarantine=quarantine,
        bases=git_bases(settings),
        limits=limits,
        keep=settings.checkout.keep,
    )
    tree = fetch(wanted.key, revision=revision, told=logs.append)
    parent, parent_logs = None, list[CommitLog]()
    if wanted.parent:
        wait(wanted.parent)
        try:
            parent = fetch(wanted.parent, told=parent_logs.append)
        except CheckoutError as error:
            if error.reason in PASSING:
                said = f"of what it was forked from, {wanted.parent}: {error.why}."
                raise OriginalOutOfReach(wanted.key, error.reason, said) from error
    return CodeReading(
        key=wanted.key,
        tree=tree,
        log=logs[0] if logs else None,
        parent=parent,
        parent_log=parent_logs[0] if parent_logs else None,
        folders=wanted.folders,
    )


def is_unchanged(settings: Settings, wanted: WantedCode, quarantine: Path) -> bool:
    """Whether its host still has the commit that was read last. Raises :class:`CheckoutError`."""
    newest = newest_commit(
        wanted.key, quarantine=quarantine, bases=git_bases(settings), limits=checkout_limits(settings)
    )
    return newest == wanted.seen


def own_histories(wanted: WantedCode, reading: CodeReading) -> Histories:
    """The history that shares are told by; of a fork without the commits that its original has, as only what it added
    is scored, and none where the original's could not be read.
    """
    if wanted.parent is None:
        return Histories.of(reading.tree, reading.log)
    own = None
    if reading.log is not None and reading.parent_log is not None:
        own = reading.log.without(reading.parent_log)
    return Histories.of(replace(reading.tree, commits=own.counted() if own is not None else None), own)


def checkout_limits(settings: Settings) -> CheckoutLimits:
    """How much of a repository is fetched, and for how long."""
    return replace(
        CheckoutLimits(),
        max_bytes=settings.checkout.max_bytes,
        max_files=settings.checkout.max_files,
        timeout_s=settings.checkout.timeout_s,
    )
