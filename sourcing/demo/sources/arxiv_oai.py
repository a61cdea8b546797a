"""``oaipmh.arxiv.org/oai``: OAI-PMH 2.0 with the metadata prefixes ``arXiv``, ``arXivRaw`` and ``oai_dc``.

https://www.openarchives.org/OAI/openarchivesprotocol.html and, for arXiv's own ways (three-level sets, tokens
that hold the whole query, dates by day, errors with status 200), https://github.com/arXiv/oaipmh.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, quote, unquote, urlencode
from xml.sax.saxutils import escape, quoteattr

from sourcing.demo.sources.scene import Scene
from sourcing.demo.wire import NOT_FOUND, Request, Response
from sourcing.demo.world import PaperAt

PREFIXES = {
    "oai_dc": (
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    "arXiv": ("http://arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/"),
    "arXivRaw": ("http://arxiv.org/OAI/arXivRaw.xsd", "http://arxiv.org/OAI/arXivRaw/"),
}
_PHYSICS = re.compile(r"astro-ph|cond-mat|gr-qc|hep-|math-ph|nlin|nucl-|physics|quant-ph")
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_LINE = re.compile(r"(.{1,78}|\S{79,})(?: |$)")  # textwrap is too slow for years of records
_LIST_ARGUMENTS = {"verb", "metadataPrefix", "from", "until", "set"}


class OaiError(Exception):
    """An OAI-PMH error condition; the protocol reports it with HTTP status 200."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class ArxivOai:
    """The harvesting interface."""

    key = "arxiv_oai"
    path = "/oai"
    robots = "User-agent: *\nDisallow:\n"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._selected_last: tuple[object, list[PaperAt]] = (None, [])

    def respond(self, request: Request) -> Response:
        """The answer to one verb."""
        if request.path not in ("/oai", "/oai2"):
            return NOT_FOUND
        asked = request.parameters
        shown = asked
        try:
            if len(request.pairs) != len(asked):
                raise OaiError("badArgument", "Duplicate parameters not allowed")
            body = self._verb(asked)
        except OaiError as error:
            if error.code in ("badVerb", "badArgument"):
                shown = {}
            body = f"    <error code='{error.code}'>{escape(str(error))}</error>"
        attributes = "".join(f" {name}={quoteattr(value)}" for name, value in shown.items())
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n\n'
            f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" \n         {_XSI}\n'
            '         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
            'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
            f"    <responseDate>{self.scene.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</responseDate>\n"
            f"    <request{attributes}>http://oaipmh.arxiv.org/oai</request>\n{body}\n</OAI-PMH>"
        )
        return Response(headers={"Content-Type": "text/xml; charset=utf-8"}, body=text.encode())

    def _verb(self, asked: dict[str, str]) -> str:
        match asked.get("verb", ""):
            case "Identify":
                return _IDENTIFY
            case "ListMetadataFormats":
                return _formats()
            case "ListSets":
                return self._sets()
            case "GetRecord":
                return self._get_record(asked)
            case "ListRecords" | "ListIdentifiers":
                return self._list(asked)
            case _:
                raise OaiError("badVerb", "Value of the verb argument is not a legal OAI-PMH verb.")

    def _get_record(self, asked: dict[str, str]) -> str:
        if set(asked) != {"verb", "identifier", "metadataPrefix"}:
            raise OaiError("badArgument", "Parameters provided did not match expected.")
        _check_prefix(asked)
        for paper in self.scene.world.papers_at(self.scene.now):
            if asked["identifier"] == f"oai:arXiv.org:{paper.paper.arxiv_id}":
                return f"    <GetRecord>\n{self._record(paper, asked['metadataPrefix'])}\n    </GetRecord>"
        raise OaiError("idDoesNotExist", "The value of the identifier argument is unknown or illegal.")

    def _list(self, asked: dict[str, str]) -> str:
        resumed = "resumptionToken" in asked
        skip = 0
        verb = asked["verb"]
        if resumed:
            if set(asked) != {"verb", "resumptionToken"}:
                raise OaiError("badArgument", "No other paramters allowed with resumptionToken")
            asked, skip = _from_token(asked["resumptionToken"], verb)
        if "metadataPrefix" not in asked or set(asked) - _LIST_ARGUMENTS:
            raise OaiError("badArgument", "metadataPrefix required, or unallowed parameter.")
        _check_prefix(asked)
        found = self._selected(asked)[skip:]
        if not found:
            raise OaiError(
                "noRecordsMatch",
                "The combination of the values of the from, until, set and metadataPrefix arguments "
                "results in an empty list.",
            )
        page = found[: self.scene.oai_page]
        items = [
            _header(paper, self.scene.now)
            if verb == "ListIdentifiers"
            else self._record(paper, asked["metadataPrefix"])
            for paper in page
        ]
        if len(found) > len(page):
            items.append(self._token(asked, skip + len(page)))
        elif resumed:
            items.append("        <resumptionToken/>")
        return f"    <{verb}>\n" + "\n".join(items) + f"\n    </{verb}>"

    def _selected(self, asked: dict[str, str]) -> list[PaperAt]:
        today = self.scene.now.date()
        first = _day(asked.get("from"), "from") or date(2005, 9, 16)
        last = _day(asked.get("until"), "until") or today
        if first > last:
            raise OaiError("badArgument", "until date must be greater than or equal to from date")
        if first < date(2005, 9, 16):
            raise OaiError("badArgument", "start date too early")
        wanted = asked.get("set")
        if wanted is not None and not re.fullmatch(r"[a-z-]+(:[a-z-]+(:[A-Za-z-]+)?)?", wanted):
            raise OaiError("badArgument", "Set does not exist")
        memory_key = (self.scene.now, first, last, wanted)
        if self._selected_last[0] == memory_key:  # the pages of one harvest follow each other
            return self._selected_last[1]
        found = [
            paper
            for paper in self.scene.world.papers_at(self.scene.now)
            if first <= paper.datestamp.date() <= last
            and (wanted is None or any(_within(spec, wanted) for spec in set_specs(paper.paper.categories)))
        ]
        found.sort(key=lambda paper: (paper.datestamp, paper.paper.arxiv_id))
        self._selected_last = (memory_key, found)
        return found

    def _token(self, asked: dict[str, str], skip: int) -> str:
        midnight = (self.scene.now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        token = quote(urlencode({**asked, "skip": skip}))
        return (
            f"        <resumptionToken expirationDate='{midnight.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'>"
            f"{escape(token)}</resumptionToken>"
        )

    def _sets(self) -> str:
        specs = sorted({spec for paper in self.scene.world.papers for spec in set_specs(paper.categories)})
        groups = sorted(
            {":".join(spec.split(":")[:depth]) for spec in specs for depth in (1, 2)} | set(specs)
        )
        items = (
            f"        <set>\n            <setSpec>{spec}</setSpec>\n            <setName>{spec}</setName>\n"
            "        </set>"
            for spec in groups
        )
        return "    <ListSets>\n" + "\n".join(items) + "\n    </ListSets>"

    def _record(self, paper: PaperAt, prefix: str) -> str:
        header = _header(paper, self.scene.now)
        if _deleted(paper, self.scene.now):
            return f"        <record>\n{header}\n        </record>"
        metadata = {"arXiv": _arxiv, "arXivRaw": _arxiv_raw, "oai_dc": _dublin_core}[prefix](paper)
        return (
            f"        <record>\n{header}\n            <metadata>\n{metadata}\n            </metadata>\n"
            "        </record>"
        )


def set_specs(categories: tuple[str, ...]) -> list[str]:
    """Sets of up to three levels, as arXiv has had since 2025: ``cs:cs:LG``, ``physics:quant-ph``."""
    specs = []
    for category in categories:
        archive, _, subject = category.partition(".")
        group = "physics" if _PHYSICS.match(archive) else archive
        specs.append(":".join(part for part in (group, archive, subject) if part))
    return specs


def _within(spec: str, wanted: str) -> bool:
    return spec == wanted or spec.startswith(wanted + ":")


def _check_prefix(asked: dict[str, str]) -> None:
    if asked["metadataPrefix"] not in PREFIXES:
        raise OaiError("cannotDisseminateFormat", "The metadata format is not supported by the repository.")


def _day(text: str | None, name: str) -> date | None:
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise OaiError("badArgument", f"{name} date format must be YYYY-MM-DD")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise OaiError("badArgument", f"{name} date format must be YYYY-MM-DD") from error


def _from_token(token: str, verb: str) -> tuple[dict[str, str], int]:
    # The token arrives percent-decoded once; a client that sent it raw has it decoded already.
    asked = {name: values[0] for name, values in parse_qs(unquote(token)).items()}
    skip = asked.pop("skip", "")
    if asked.get("verb") != verb or not skip.isdigit():
        raise OaiError(
            "badResumptionToken", "The value of the resumptionToken argument is invalid or expired."
        )
    return asked, int(skip)


def _deleted(paper: PaperAt, now: datetime) -> bool:
    return paper.paper.withdrawn is not None and paper.paper.withdrawn <= now


def _header(paper: PaperAt, now: datetime) -> str:
    status = ' status="deleted"' if _deleted(paper, now) else ""
    sets = "".join(
        f"                <setSpec>{spec}</setSpec>\n" for spec in set_specs(paper.paper.categories)
    )
    return (
        f"            <header{status}>\n"
        f"                <identifier>oai:arXiv.org:{paper.paper.arxiv_id}</identifier>\n"
        f"                <datestamp>{paper.datestamp.astimezone(UTC):%Y-%m-%d}</datestamp>\n"
        f"{sets}            </header>"
    )


def _wrapped(text: str, *, abstract: bool = False) -> str:
    """Long fields are broken over lines; titles and comments are indented by two, abstracts at the start."""
    lines = _LINE.sub(r"\1\n", " ".join(text.split())).rstrip("\n").split("\n")
    return escape("  " + "\n".join(lines) + "\n" if abstract else "\n  ".join(lines))


def _optional(name: str, value: str | None) -> str:
    return f"                    <{name}>{_wrapped(value)}</{name}>\n" if value else ""


def _arxiv(shown: PaperAt) -> str:
    paper = shown.paper
    authors = ""
    for author in paper.authors:
        authors += f"<author><keyname>{escape(author.surname)}</keyname>"
        if author.forenames:
            authors += f"<forenames>{escape(author.forenames)}</forenames>"
        if author.affiliation:
            authors += f"<affiliation>{escape(author.affiliation)}</affiliation>"
        authors += "</author>"
    updated = ""
    if shown.version > 1:
        updated = f"                    <updated>{shown.updated:%Y-%m-%d}</updated>\n"
    return (
        f'                <arXiv xmlns="http://arxiv.org/OAI/arXiv/" {_XSI} xsi:schemaLocation='
        '"http://arxiv.org/OAI/arXiv/ https://oaipmh.arxiv.org/OAI/arXiv.xsd">\n'
        f"                    <id>{paper.arxiv_id}</id>\n"
        f"                    <created>{shown.published:%Y-%m-%d}</created>\n{updated}"
        f"                    <authors>{authors}</authors>\n"
        f"                    <title>{_wrapped(paper.title)}</title>\n"
        f"                    <categories>{' '.join(paper.categories)}</categories>\n"
        + _optional("comments", paper.comment)
        + _optional("journal-ref", paper.journal_ref)
        + _optional("doi", paper.doi)
        + f"                    <license>{escape(paper.licence)}</license>\n"
        f"                    <abstract>{_wrapped(paper.abstract, abstract=True)}</abstract>\n"
        "                </arXiv>"
    )


_TEX_MARKS = {"\u0301": "'", "\u0300": "`", "\u0308": '"', "\u0302": "^", "\u0303": "~", "\u030c": "v"}
_TEX_MARKS |= {"\u0327": "c", "\u030a": "r", "\u0328": "k", "\u0306": "u", "\u0304": "=", "\u0307": "."}
_TEX_LETTERS = {
    "ø": r"{\o}",
    "Ø": r"{\O}",
    "ł": r"{\l}",
    "Ł": r"{\L}",
    "ß": r"{\ss}",
    "æ": r"{\ae}",
    "ı": r"{\i}",
}


def in_tex(text: str) -> str:
    r"""Accented letters as TeX, as submitters type them: ``é`` becomes ``\'e``, ``ç`` becomes ``\c{c}``."""
    out = []
    for char in text:
        decomposed = unicodedata.normalize("NFD", char)
        letter, accent = decomposed[0], _TEX_MARKS.get(decomposed[1:])
        if accent:
            out.append(f"\\{accent}{{{letter}}}" if accent.isalpha() else f"\\{accent}{letter}")
        else:
            out.append(_TEX_LETTERS.get(char, char))
    return "".join(out)


def _arxiv_raw(shown: PaperAt) -> str:
    paper = shown.paper
    versions = "".join(
        f'                    <version version="v{number}">\n'
        f"                        <date>{version.submitted:%a, %d %b %Y %H:%M:%S} GMT</date>\n"
        f"                        <size>{version.size_kb}kb</size>\n"
        "                        <source_type>D</source_type>\n                    </version>\n"
        for number, version in enumerate(paper.versions[: shown.version], 1)
    )
    names = [
        author.printed + (f" ({author.affiliation})" if author.affiliation else "")
        for author in paper.authors
    ]
    authors = " and ".join(names) if len(names) == 2 else ", ".join(names)
    return (
        f'                <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" {_XSI} xsi:schemaLocation='
        '"http://arxiv.org/OAI/arXivRaw/ https://oaipmh.arxiv.org/OAI/arXivRaw.xsd">\n'
        f"                    <id>{paper.arxiv_id}</id>\n"
        f"                    <submitter>{escape(paper.authors[-1].printed)}</submitter>\n{versions}"
        f"                    <title>{_wrapped(paper.title)}</title>\n"
        f"                    <authors>{_wrapped(in_tex(authors))}</authors>\n"
        f"                    <categories>{' '.join(paper.categories)}</categories>\n"
        + _optional("comments", paper.comment)
        + _optional("journal-ref", paper.journal_ref)
        + _optional("doi", paper.doi)
        + f"                    <license>{escape(paper.licence)}</license>\n"
        f"                    <abstract>{_wrapped(in_tex(paper.abstract), abstract=True)}</abstract>\n"
        "                </arXivRaw>"
    )


def _dublin_core(shown: PaperAt) -> str:
    paper = shown.paper
    creators = "".join(
        f"                    <dc:creator>{escape(author.surname)}"
        + (f", {escape(author.forenames)}" if author.forenames else "")
        + "</dc:creator>\n"
        for author in paper.authors
    )
    subjects = "".join(f"                    <dc:subject>{c}</dc:subject>\n" for c in paper.categories)
    comment = (
        f"                    <dc:description>{_wrapped(paper.comment)}</dc:description>\n"
        if paper.comment
        else ""
    )
    return (
        '                <oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/" {_XSI} xsi:schemaLocation='
        '"http://www.openarchives.org/OAI/2.0/oai_dc/ https://www.openarchives.org/OAI/2.0/oai_dc.xsd">\n'
        f"                    <dc:title>{_wrapped(paper.title)}</dc:title>\n{creators}{subjects}"
        f"                    <dc:description>{_wrapped(paper.abstract, abstract=True)}</dc:description>\n"
        f"{comment}"
        f"                    <dc:date>{shown.published:%Y-%m-%d}</dc:date>\n"
        "                    <dc:type>text</dc:type>\n"
        f"                    <dc:identifier>http://arxiv.org/abs/{paper.arxiv_id}</dc:identifier>\n"
        "                </oai_dc:dc>"
    )


def _formats() -> str:
    items = (
        f"        <metadataFormat>\n            <metadataPrefix>{prefix}</metadataPrefix>\n"
        f"            <schema>{schema}</schema>\n            <metadataNamespace>{space}</metadataNamespace>\n"
        "        </metadataFormat>"
        for prefix, (schema, space) in PREFIXES.items()
    )
    return "    <ListMetadataFormats>\n" + "\n".join(items) + "\n    </ListMetadataFormats>"


_IDENTIFY = """\
    <Identify>
        <repositoryName>arXiv</repositoryName>
        <baseURL>https://oaipmh.arxiv.org/oai</baseURL>
        <protocolVersion>2.0</protocolVersion>
        <adminEmail>help@arxiv.org</adminEmail>
        <earliestDatestamp>2005-09-16</earliestDatestamp>
        <deletedRecord>persistent</deletedRecord>
        <granularity>YYYY-MM-DD</granularity>
    </Identify>"""
