"""How long an upstream asks us to wait, read out of its answer. Pure: the time and the dice are passed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

# Answers that mean "later", whatever the host: throttling, gateways, and Cloudflare's own 52x.
LATER = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})

# GitHub: "if the retry-after header is not present … wait for at least one minute" (docs, best practices
# for the REST API, secondary rate limits).
SECONDARY_LIMIT_S = 60.0
_QUOTA_WORDS = (b"rate limit", b"abuse detection", b"too many requests")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number of seconds or an HTTP date (RFC 9110, 10.2.3).

    A date in the past gives 0; anything unreadable ``None``.
    """
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0.0, (at - now).total_seconds())


def asked_wait(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> float | None:
    """Seconds to wait before asking again; 0 where the answer means "later" without saying when.

    ``None`` means that the answer is final. ``headers`` have lower-case names. A 403 is a quota only where it
    says so: GitHub's primary limit has ``x-ratelimit-remaining: 0``, its secondary limits come with quota
    left, sometimes without any header (then the message tells), and any other 403 is a refusal. ``ratelimit-reset``
    of the IETF's draft is in seconds from now.
    """
    after = retry_after(headers.get("retry-after"), now)
    spent = headers.get("x-ratelimit-remaining", "").strip() == "0"
    if status in LATER or (status == 403 and (after is not None or spent or _speaks_of_quota(body))):
        if after is not None:
            return after
        if spent and (reset := _epoch(headers.get("x-ratelimit-reset"))) is not None:
            return max(0.0, reset - now.timestamp()) + 1.0
        # The IETF's draft of rate-limit headers (OpenReview, Hugging Face) counts from now.
        if headers.get("ratelimit-remaining", "").strip() == "0" and (
            wait := _epoch(headers.get("ratelimit-reset"))
        ):
            return wait + 1.0
        return SECONDARY_LIMIT_S if status == 403 or b"secondary rate limit" in body[:2000].lower() else 0.0
    return None


def jittered(attempt: int, *, first_s: float, longest_s: float, random: Random) -> float:
    """Exponential back-off: half fixed, half chance, so that many clients do not return at once."""
    ceiling = min(longest_s, first_s * 2.0 ** min(attempt, 30))
    return ceiling * (0.5 + 0.5 * random.random())


def _speaks_of_quota(body: bytes) -> bool:
    said = body[:2000].lower()
    return any(words in said for words in _QUOTA_WORDS)


def _epoch(value: str | None) -> float | None:
    value = (value or "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 12 else None
