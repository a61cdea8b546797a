"""Which column of a list is which field of a person: by name in several languages, by ``--map`` for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sourcing.imports.table import Row, column_key

# Field → the names its column goes by. All are compared as column_key: no case, spaces or punctuation.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "full_name": (
        "full name", "name", "candidate", "candidate name", "student", "student name", "person", "researcher",
        "referral", "referred candidate", "author", "nom complet", "nombre completo", "vollständiger name",
    ),
    "given": (
        "first name", "given name", "given names", "forename", "forenames", "first", "vorname", "prénom", "nombre",
        "nome", "voornaam", "förnamn",
    ),
    "family": (
        "last name", "family name", "surname", "last", "nachname", "familienname", "nom de famille", "nom",
        "apellido", "apellidos", "cognome", "achternaam", "efternamn",
    ),
    "email": (
        "email", "e-mail", "email address", "e-mail address", "mail", "emails", "e-mail-adresse", "adresse e-mail",
        "courriel", "correo", "correo electrónico", "primary email",
    ),
    "email_url": ("email url", "email source", "email source url", "contact page"),
    "affiliation": (
        "affiliation", "company", "current company", "organization", "organisation", "institution", "university",
        "school", "college", "employer", "lab", "firma", "unternehmen", "hochschule", "universität", "entreprise",
        "université", "empresa", "universidad", "current employer", "company name",
    ),
    "headline": (
        "headline", "title", "current title", "position", "job title", "role", "occupation", "degree", "programme",
        "program", "titel", "poste", "puesto", "current position",
    ),
    "country": ("country", "land", "pays", "país", "paese", "country code"),
    "homepage": ("homepage", "website", "web site", "personal website", "personal page", "url", "web", "site", "blog"),
    "linkedin": (
        "linkedin", "linkedin url", "linkedin profile", "profile url", "linkedin profile url", "public profile url",
        "linkedin link", "profile link", "member profile url",
    ),
    "github": ("github", "github url", "github login", "github username", "github profile", "git"),
    "orcid": ("orcid", "orcid id", "orcid url"),
    "openreview": ("openreview", "openreview id", "openreview url", "openreview profile"),
    "scholar": ("scholar", "scholar url", "google scholar", "google scholar url", "scholar id"),
    "dblp": ("dblp", "dblp url", "dblp pid"),
    "semantic_scholar": ("semantic scholar", "semantic scholar url", "semantic scholar id"),
    "huggingface": ("hugging face", "huggingface", "hf", "hugging face url", "huggingface username"),
    "kaggle": ("kaggle", "kaggle url", "kaggle username", "kaggle profile"),
    "papers": ("papers", "paper", "arxiv", "arxiv id", "arxiv ids", "publications", "paper url", "doi", "dois"),
    "keywords": ("keywords", "topics", "interests", "research interests", "skills", "areas", "field", "fields"),
    "other_names": ("other names", "other name", "aka", "also known as", "former name", "alias"),
}  # fmt: skip

_BY_NAME = {column_key(name): field for field, names in FIELDS.items() for name in names}
# A column "Name" beside one of given names is the family name (German and Dutch lists); alone it is the whole.
_NAME = column_key("name")


class UnknownMapping(ValueError):  # noqa: N818 (shown to users as a sentence)
    """A ``--map`` that names no field, or no column of the file."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column, by its key, fills which field; ``unused`` are columns of no use, as printed."""

    by_field: Mapping[str, str]
    unused: tuple[str, ...]

    def get(self, row: Row, field: str) -> str | None:
        """The text of a field in a row, or ``None``."""
        column = self.by_field.get(field)
        return row.get(column) if column is not None else None


def read_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """Read ``FIELD=COLUMN`` pairs into field → column key. Raises :class:`UnknownMapping`.

    >>> read_mapping(["affiliation=Where from"])
    {'affiliation': 'wherefrom'}
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        field = field.strip().lower().replace("-", "_")
        if not equals or field not in FIELDS or not column_key(column):
            raise UnknownMapping(f"--map {pair!r}: give FIELD=COLUMN with FIELD one of {', '.join(FIELDS)}")
        mapping[field] = column_key(column)
    return mapping


def is_known(mapping: Mapping[str, str]) -> frozenset[str]:
    """Keys of all columns that mean something, those of ``mapping`` included."""
    return frozenset(_BY_NAME) | frozenset(mapping.values())


def map_columns(header: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Give each field its column: what ``mapping`` says, then the first column that goes by one of its names.

    Raises :class:`UnknownMapping` when ``mapping`` names a column that the file does not have.
    """
    keys = [column_key(one) for one in header]
    for field, column in mapping.items():
        if column not in keys:
            raise UnknownMapping(f"--map {field}: there is no such column; there are: {', '.join(header)}")
    by_field = dict(mapping)
    taken = set(mapping.values())
    for key in keys:
        field_of_key = _BY_NAME.get(key)
        if field_of_key is not None and key not in taken and field_of_key not in by_field:
            by_field[field_of_key] = key
            taken.add(key)
    if by_field.get("full_name") == _NAME and "given" in by_field and "family" not in by_field:
        by_field["family"] = by_field.pop("full_name")
    unused = tuple(
        name for name, key in zip(header, keys, strict=True) if key and key not in set(by_field.values())
    )
    return Columns(by_field, unused)
