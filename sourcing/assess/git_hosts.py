"""Manners towards the hosts that git speaks to: how often each is asked, and which is asked no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from threading import Lock
from time import monotonic, sleep
from typing import TYPE_CHECKING

from sourcing.checkout.limits import PASSING, Refusal

if TYPE_CHECKING:
    from sourcing.settings import Settings

# The hosts that git may speak to, and what each is called in [upstreams] and [delays].
_GIT_HOSTS = {
    "github.com": "github_git",
    "gitlab.com": "gitlab_git",
    "bitbucket.org": "bitbucket_git",
    "codeberg.org": "codeberg_git",
    "huggingface.co": "huggingface_git",
}
# After so many repositories in a row that were out of reach, their host is taken to be down.
_MOST_LOST = 3


class GitHosts:
    """Which hosts have stopped to answer: of those nothing more is asked, as each repository would cost its whole time.

    And when each may be asked next: ``delay`` gives the seconds between two requests. Told from several threads.
    """

    def __init__(
        self,
        delay: Callable[[str], float],
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], None] = sleep,
    ) -> None:
        self._lost: Counter[str] = Counter()
        self._next: dict[str, float] = {}
        self._delay, self._clock, self._sleep = delay, clock, sleep
        self._lock = Lock()

    def wait(self, key: str) -> None:
        """Wait until this one's host may be asked again."""
        host = key.partition("/")[0]
        with self._lock:
            now = self._clock()
            turn = max(now, self._next.get(host, now))
            self._next[host] = turn + self._delay(host)
        if turn > now:
            self._sleep(turn - now)

    def is_down(self, key: str) -> bool:
        """Whether the last repositories of this one's host could not be had."""
        return self._lost[key.partition("/")[0]] >= _MOST_LOST

    def tell(self, key: str, refusal: Refusal | None) -> None:
        """Note how it went with a repository; any answer at all says that its host lives."""
        host = key.partition("/")[0]
        with self._lock:
            if refusal in PASSING:
                self._lost[host] += 1
            else:
                del self._lost[host]


def git_delay(settings: Settings, host: str) -> float:
    """Seconds between two requests to a git host."""
    return float(getattr(settings.delays, _GIT_HOSTS.get(host, "github_git")))


def git_bases(settings: Settings) -> dict[str, str]:
    """Which hosts git may speak to, and at which base URL."""
    return {host: getattr(settings.upstreams, name) for host, name in _GIT_HOSTS.items()}
