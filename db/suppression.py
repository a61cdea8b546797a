"""Keeping people out who asked to be left alone, without keeping anything about them.

A suppressed name or identifier is stored only as HMAC-SHA-256 under a key that lives outside the database, so
that neither the database nor a copy of it tells who is in the list.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from db.keys.name_match.order import initials_first
from db.keys.name_match.origin import is_japanese
from db.keys.name_match.words import plain
from db.keys.names import PARTICLES, ParsedName, fold, name_key, parse_name
from db.keys.nicknames import full_forms
from db.keys.repositories import parse_repository_url
from db.keys.romanisation import PINYIN, hepburn, pinyin_readings
from db.records import (
    Achievement,
    Author,
    Identifier,
    IdentifierKind,
    PaperRecord,
    PersonRecord,
    Record,
    RepositoryRecord,
)

REMOVED = "[removed]"

EMAIL = "email"

# A name of fewer letters ("A. Li") is too often a pair of other words to be struck out of running text.
MIN_LETTERS_IN_TEXT = 6
_MAX_WORDS_IN_NAME = 5
# "María José Ferrándiz Olmo" may be María José Ferrándiz; "Ada Quill Renn" is more often another than Ada Quill.
_FEWEST_WITH_A_FURTHER_FAMILY = 3
# Characters of markup that may stand between the parts of a name: </keyname><forenames>, {"given-names": {"value": …
_MARKUP_BETWEEN = 60

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*\.?")
_BETWEEN_WORDS = re.compile(r"\s*|,\s+")
_URL = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}(?![a-z])"
    r"(?:/(?:[^\s\"'<>()\[\]{}|\\^`]{0,2000}[\w/#=&%~+-])?)?",
    re.IGNORECASE,
)
_USER_PAGE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:(?P<site>[\w-]+)\.github\.io|github\.com/(?P<login>[\w-]+)|"
    r"huggingface\.co/(?P<member>[\w.-]+))(?:/|$)",
    re.IGNORECASE,
)
_ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dX]\b")
_OPENREVIEW = re.compile(r"~[^\W\d_][\w.-]{0,120}?\d{1,6}(?!\w)")
_ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,128}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}")


@dataclass(frozen=True, slots=True)
class Suppressor:
    """Recognises suppressed people in records. ``key`` is at least 32 random bytes."""

    key: bytes
    hashes: frozenset[str] = frozenset()

    def hash_of(self, kind: str, value: str) -> str:
        """The keyed hash of one normalised name (kind ``name``) or identifier."""
        return hmac.new(self.key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def hashes_of(self, names: Iterable[str], identifiers: Iterable[Identifier]) -> set[str]:
        """The hashes that stand for a person under all their names and identifiers."""
        hashed = {self.hash_of("name", key) for name in names if (key := name_key(name))}
        return hashed | {self.hash_of(str(one.kind), one.value.casefold()) for one in identifiers}

    def matches(self, names: Iterable[str], identifiers: Iterable[Identifier]) -> bool:
        """Whether any of the names or identifiers is suppressed.

        A name alone is enough, in whatever way it is written (:func:`readings`), and so is a first name with the family
        name where further ones are printed: keeping a namesake out is a smaller wrong than letting the person back in.
        """
        if not self.hashes:
            return False
        forms = [form for name in names for form in (name, *readings(name))]
        return not self.hashes.isdisjoint(self.hashes_of(forms, identifiers))

    def redact(self, record: Record) -> Record | None:
        """The record without suppressed people; ``None`` if it is about nobody else.

        Their names and addresses go from running text too, and links to what lies under their own login.
        """
        if not self.hashes:
            return record
        match record:
            case PaperRecord():
                return self._redact_paper(record)
            case RepositoryRecord():
                if self.owns(record.url) or self.owns(f"https://{record.key}"):
                    return None
                return replace(
                    record,
                    description=self._struck(record.description),
                    homepage=self._struck(record.homepage),
                    readme=self._struck(record.readme),
                )
            case PersonRecord():
                out = self.matches((record.name, *record.other_names), record.identifiers)
                return None if out else replace(record, headline=self._struck(record.headline))
            case Achievement():
                if self.matches((record.person_name,), record.identifiers):
                    return None
                return replace(record, summary=self._struck(record.summary))
            case _:
                return record

    def owns(self, url: str) -> bool:
        """Whether a suppressed person is behind an address: their homepage, login, or a repository under it."""
        bare = url.strip().rstrip(".,;:!?")
        owners: list[tuple[str, str]] = []
        if (own := _USER_PAGE.match(bare)) is not None:
            kind = IdentifierKind.HUGGINGFACE if own["member"] else IdentifierKind.GITHUB
            owners.append((kind, own["site"] or own["login"] or own["member"]))
        address = parse_repository_url(bare)
        if address is not None and address.host in ("github.com", "huggingface.co"):
            kind = IdentifierKind.GITHUB if address.host == "github.com" else IdentifierKind.HUGGINGFACE
            owners.append((kind, address.owner.rpartition("/")[2]))
        pages = [bare] if address is None else [bare, f"{address.host}/{address.owner}"]
        owners += [(IdentifierKind.HOMEPAGE, form) for page in pages for form in _forms_of_page(page)]
        return any(self.hash_of(kind, value.casefold()) in self.hashes for kind, value in owners)

    def strike(self, text: str) -> str:
        """Running text without the names, identifiers and addresses of suppressed people.

        Names are found where they are printed with capitals, in one of the forms that are suppressed; so "Prof. Ada
        Quill" and "Quill, Ada" are, and "the quill of Ada" is not.
        """
        if not self.hashes:
            return text
        for pattern, is_out in (
            (_ORCID, self._is_identifier(IdentifierKind.ORCID)),
            (_OPENREVIEW, self._is_identifier(IdentifierKind.OPENREVIEW)),
            (_ADDRESS, self._is_identifier(EMAIL)),
            (_URL, self.owns),
        ):
            text = pattern.sub(_removing(is_out), text)
        for start, end in reversed(self._names_in(text)):
            text = f"{text[:start]}{REMOVED}{text[end:]}"
        return text

    def names_anybody_in(self, text: str) -> bool:
        """Whether a suppressed person is named in whatever markup (HTML, XML, JSON), names perhaps taken apart in it.

        Wider than :meth:`strike`: words count as neighbours across markup, and in either order. For deciding about a
        whole file, never for changing a text.
        """
        if not self.hashes:
            return False
        if self.strike(text) != text:
            return True
        words = [found for found in _WORD.finditer(text) if not found[0][0].islower()]
        for first in range(len(words)):
            for last in range(first + 1, min(first + _MAX_WORDS_IN_NAME, len(words))):
                if words[last].start() - words[last - 1].end() > _MARKUP_BETWEEN:
                    break
                said = [one[0] for one in words[first : last + 1]]
                if self._is_name(" ".join(said)) or self._is_name(" ".join([*said[1:], said[0]])):
                    return True
        return False

    def _redact_paper(self, record: PaperRecord) -> PaperRecord:
        return replace(
            record,
            authors=tuple(one for one in record.authors if not self._is_out(one)),
            title=self.strike(record.title),
            abstract=self._struck(record.abstract),
            comment=self._struck(record.comment),
            journal_ref=self._struck(record.journal_ref),
            code_urls=tuple(url for url in record.code_urls if not self.owns(url)),
            page_urls=tuple(url for url in record.page_urls if not self.owns(url)),
        )

    def _is_out(self, author: Author) -> bool:
        return self.matches((author.name,), author.identifiers)

    def _struck(self, text: str | None) -> str | None:
        return None if text is None else self.strike(text)

    def _is_identifier(self, kind: str) -> Callable[[str], bool]:
        return lambda value: self.hash_of(kind, value.casefold()) in self.hashes

    def _names_in(self, text: str) -> list[tuple[int, int]]:
        """Where suppressed names stand, in order, none inside another."""
        found: list[tuple[int, int]] = []
        for start, end in _possible_names(text):
            if found and start < found[-1][1]:
                continue
            if self._is_name(text[start:end]):
                found.append((start, end))
        return found

    def _is_name(self, words: str) -> bool:
        keys = {name_key(form) for form in (words, without_middle_names(words)) if form}
        keys.add(fold(words))  # initials as one word, as they are kept where they were taken for a name
        return any(
            sum(map(str.isalpha, key)) >= MIN_LETTERS_IN_TEXT and self.hash_of("name", key) in self.hashes
            for key in keys
        )


def _removing(is_out: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    return lambda found: REMOVED if is_out(found[0]) else found[0]


def without_middle_names(name: str) -> str | None:
    """The first given name and the family name, where more than that is printed.

    >>> [without_middle_names(name) for name in ("Ada Maria Quill", "A. M. Quill", "Ada Quill")]
    ['ada quill', None, None]
    """
    parsed = parse_name(name)
    given, family = parsed.given_parts, " ".join(parsed.family_parts)
    if parsed.native or len(given) < 2 or len(given[0]) < 2 or len(family) < 2:
        return None
    return f"{given[0]} {family}"


def printed_forms(name: str) -> tuple[str, ...]:
    """The forms under which a name may be printed elsewhere: as it is, with fewer given names, with initials.

    >>> printed_forms("Ada Maria Quill")
    ('Ada Maria Quill', 'ada quill', 'ada m quill', 'a m quill', 'a quill')
    """
    parsed = parse_name(name)
    given, family = parsed.given_parts, " ".join(parsed.family_parts)
    if parsed.native or not given or len(family) < 2:
        return (name,)
    initials = [part[0] for part in given]
    forms = (
        name,
        f"{given[0]} {family}",
        " ".join((given[0], *initials[1:], family)),
        " ".join((*initials, family)),
        f"{initials[0]} {family}",
    )
    by_key: dict[str, str] = {}
    for form in forms:
        by_key.setdefault(name_key(form), form)
    return tuple(by_key.values())


def forms_to_keep_out(name: str) -> tuple[str, ...]:
    """:func:`printed_forms`, and how else identity would know a name again: joined, parted, swapped, no particles.

    Initials go with the whole family name only: with one of two, they are many people's.

    >>> [form for form in forms_to_keep_out("Mike van der Quill") if form.startswith("michael")]
    ['michael quill', 'michael van der quill', 'michael vanderquill']
    """
    parsed = _initials_first(name)
    given, family = parsed.given_parts, parsed.family_parts
    if parsed.native or not given or len("".join(family)) < 2:
        return printed_forms(name)
    found = set()
    for parts in (given, *_syllables(given)):
        letters = [part[0] for part in parts]
        short = {" ".join((parts[0], *letters[1:])), " ".join(letters), "".join(letters), letters[0]}
        pairs = {(first, last) for first in _given_forms(parts) for last in _family_forms(family)}
        pairs |= {(first, last) for first in short for last in _whole_family_forms(family)}
        for first, last in pairs:
            found |= {f"{first} {last}", f"{last} {first}"}
    return tuple(dict.fromkeys((*printed_forms(name), *sorted(_respelt(found, parsed)))))


def readings(name: str) -> set[str]:
    """The forms, in full, that a printed name may stand for: its parts joined, without middle names and particles,
    umlauts as plain vowels, a familiar form as the full name, the family name first, or a further family name last.

    >>> sorted(readings("Quill Jo-Ann"))
    ['jo ann quill', 'joann quill', 'quill ann', 'quill jo ann', 'quill joann']
    """
    parsed = _initials_first(name)
    given, family = parsed.given_parts, parsed.family_parts
    words = (*given, *family)
    if parsed.native or not given or len("".join(family)) < 2:
        return set()
    found = {f"{first} {last}" for first in _given_forms(given) for last in _family_forms(family)}
    if len(words[0]) > 1:
        found |= {f"{first} {words[0]}" for first in (" ".join(words[1:]), "".join(words[1:]))}
    if len(words) > _FEWEST_WITH_A_FURTHER_FAMILY:
        found |= {f"{first} {words[-2]}" for first in _given_forms(words[:-2])}
    return _respelt(found, parsed)


def _initials_first(name: str) -> ParsedName:
    """A printed name taken apart; Ramakrishnan S. as S. Ramakrishnan."""
    parsed = parse_name(name)
    return initials_first(parsed) or parsed


def _given_forms(given: tuple[str, ...]) -> set[str]:
    first, rest = given[0], given[1:]
    found = {" ".join(given), "".join(given)}
    if len(first) > 1:
        full = full_forms(first) if first not in PINYIN else frozenset[str]()
        found |= {first, *full, *(" ".join((one, *rest)) for one in full)}
    return found


def _family_forms(family: tuple[str, ...]) -> set[str]:
    return _whole_family_forms(family) | {part for part in _bare(family) if len(part) > 2}


def _whole_family_forms(family: tuple[str, ...]) -> set[str]:
    bare = _bare(family)
    return {" ".join(family), "".join(family), " ".join(bare), "".join(bare)}


def _bare(family: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in family if part not in PARTICLES) or family


def _syllables(given: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """A given name in Pinyin, parted: Xiaoming as Xiao Ming."""
    if len(given) == 1:
        yield from (tuple(parts) for parts in pinyin_readings(given[0]) if len(parts) > 1)


def _respelt(forms: set[str], name: ParsedName) -> set[str]:
    """The forms, also with umlauts as plain vowels, and of a Japanese name with long vowels short."""
    spellings = (plain, hepburn) if is_japanese(name) else (plain,)
    return forms | {" ".join(map(spelling, form.split())) for form in forms for spelling in spellings}


def _forms_of_page(url: str) -> set[str]:
    """How a page's address may be kept: with and without scheme and closing slash, and the root of its host."""
    bare = re.sub(r"^https?://", "", url, flags=re.IGNORECASE).rstrip("/")
    host = bare.partition("/")[0]
    return {
        f"{scheme}{page}{slash}"
        for page in (bare, host)
        for scheme in ("https://", "http://", "")
        for slash in ("", "/")
    }


def _possible_names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of up to five words that begin and end with a capital; from each start the longest first."""
    words = list(_WORD.finditer(text))
    for first, word in enumerate(words):
        if word[0][0].islower():
            continue
        ends: list[int] = []
        for place in range(first + 1, min(first + _MAX_WORDS_IN_NAME, len(words))):
            if not _BETWEEN_WORDS.fullmatch(text, words[place - 1].end(), words[place].start()):
                break
            if not words[place][0][0].islower():
                ends.append(words[place].end())
                # The stop of a sentence is no part of the name before it.
                if words[place][0].endswith(".") and len(words[place][0]) > 2:
                    ends.append(words[place].end() - 1)
        for end in reversed(ends):
            yield word.start(), end
