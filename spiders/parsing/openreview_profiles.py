"""OpenReview profiles → persons: names, identifiers, where they are now and have been.

``GET /profiles?ids=~Name1,…``. Gender, pronouns, relations and e-mail addresses (masked by OpenReview) are not read.
"""

from __future__ import annotations

from db.records import Identifier, IdentifierKind, Parsed, ParseError, PersonRecord
from spiders.parsing.fields import Fields, read_object
from spiders.parsing.links import identifier_of, orcid_of, web_url
from spiders.parsing.openreview import SOURCE, refusal_of
from spiders.parsing.tally import Tally
from spiders.parsing.text import MAX_NAME

_LINKS = ("homepage", "gscholar", "dblp", "linkedin", "semanticScholar", "github")

# Left unread on purpose: addresses, gender, relations, and what the service keeps for itself.
_UNUSED_OF_PROFILE = frozenset(
    ["active", "cdate", "ddate", "details", "domain", "invitation", "invitations", "mdate", "metaContent", "nonreaders",
     "odate", "packaging", "parentInvitations", "password", "pdate", "readers", "referent", "signatures", "state",
     "tcdate", "tddate", "tmdate", "version", "writers"]
)  # fmt: skip
_UNUSED_OF_CONTENT = frozenset(
    ["aclanthology", "emails", "emailsConfirmed", "gender", "homepageUrl", "preferredEmail", "preferredEmailId",
     "preferredId", "preferredName", "pronouns", "relations", "wikipedia", "yearOfBirth"]
)  # fmt: skip


def parse_openreview_profiles(body: bytes, *, url: str) -> Parsed:
    """Read profiles; the preferred name is the name, other spellings are ``other_names``.

    All of a profile's own ids (merged profiles have several) become identifiers. Affiliations are current first:
    entries of the history without an end, then by end year. The country is that of the current institution.
    """
    tally = Tally()
    top = read_object(body, url=url, tally=tally)
    if not isinstance(top.raw("profiles"), list):
        raise ParseError(url, f"no profiles but {refusal_of(body) or 'something else'}")
    people = [record for one in top.objects("profiles") if (record := _person(one, tally)) is not None]
    return Parsed(records=tuple(people), warnings=tally.counts)


def _person(profile: Fields, tally: Tally) -> PersonRecord | None:
    key = profile.text("id", 100)
    content = profile.object("content")
    names = [_name(one) for one in content.objects("names")]
    preferred = next((one for one in names if one[3]), names[0] if names else None)
    if key is None or preferred is None or preferred[0] is None:
        tally.add("profile without id or name")
        return None
    identifiers: dict[Identifier, None] = {}
    for profile_id in [key, *(one[4] for one in names)]:
        if profile_id is not None and profile_id.startswith("~"):
            identifiers.setdefault(Identifier(kind=IdentifierKind.OPENREVIEW, value=profile_id))
    if (orcid := orcid_of(content.text("orcid", 100))) is not None:
        identifiers.setdefault(Identifier(kind=IdentifierKind.ORCID, value=orcid))
    for field in _LINKS:
        if (found := identifier_of(content.text(field, 500))) is not None:
            identifiers.setdefault(found)
    history = sorted((_stay(one) for one in content.objects("history")), key=lambda stay: -stay[0])
    current = history[0] if history and history[0][0] >= 9999 else None
    record = PersonRecord(
        source=SOURCE,
        source_key=key,
        url=f"https://openreview.net/profile?id={key}",
        name=preferred[0],
        given=preferred[1],
        family=preferred[2],
        other_names=tuple(dict.fromkeys(one[0] for one in names if one[0] and one[0] != preferred[0])),
        identifiers=tuple(identifiers),
        affiliations=tuple(dict.fromkeys(stay[1] for stay in history if stay[1]))[:20],
        country=current[2] if current else None,
        homepage=web_url(content.text("homepage", 500)),
        headline=current[3] if current else None,
        keywords=tuple(
            dict.fromkeys(word for one in content.objects("expertise") for word in one.texts("keywords", 100))
        )[:50],
    )
    profile.finish(_UNUSED_OF_PROFILE)
    content.finish(_UNUSED_OF_CONTENT)
    return record


def _name(name: Fields) -> tuple[str | None, str | None, str | None, bool, str | None]:
    first, middle, last = (name.text(part, MAX_NAME) for part in ("first", "middle", "last"))
    given = " ".join(part for part in (first, middle) if part) or None
    full = name.text("fullname", MAX_NAME) or " ".join(part for part in (given, last) if part) or None
    return full, given, last, name.flag("preferred") is True, name.text("username", 100)


def _stay(stay: Fields) -> tuple[float, str | None, str | None, str | None]:
    institution = stay.object("institution")
    country = institution.text("country", 60)
    end = stay.raw("end")
    # No end, or an end in the future tense of a profile form ("2029"), both sort before what is over.
    until = float(end) if isinstance(end, int) and not isinstance(end, bool) and 1900 < end < 9999 else 9999.0
    code = (
        country.upper() if country and len(country) == 2 and country.isascii() and country.isalpha() else None
    )
    return until, institution.text("name", 300), code, stay.text("position", 200)
