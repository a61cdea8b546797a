"""Each field of every recorded answer, against a second reading of the same bytes that shares no code with ours."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from typing import Any
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from recordings import Recording

from db.records import Identifier, PaperRecord, Parsed, ParseError, PersonRecord, RepositoryRecord

pytestmark = pytest.mark.realdata
Recorded = dict[str, Recording]
GROUP = re.compile(
    r"collaborations?\b|consortium|working group|task force|\bteam\b|^et\.? al\.?$|^:$|^others$", re.I
)


def of(recorded: Recorded, source: str, parser: str = "") -> Iterator[tuple[Recording, Parsed]]:
    """All answers of a source that have records, as parsed."""
    for one in recorded.values():
        if one.source == source and one.parser.startswith(parser):
            try:
                parsed = one.parse(one.body, url=one.url)
            except ParseError:
                continue
            if isinstance(parsed, Parsed):
                yield one, parsed


def line(text: str | None) -> str | None:
    return " ".join((text or "").replace("\ufeff", "").split()) or None


def moment(text: str | None) -> datetime | None:
    text = (text or "").strip()
    return datetime.fromisoformat(text if len(text) > 10 else f"{text}T00:00:00Z") if text else None


def test_nothing_recorded_goes_unread_or_is_half_understood(recorded: Recorded) -> None:
    counts: dict[str, int] = {}
    warned: dict[str, dict[str, int]] = {}
    refused: dict[str, int] = {}
    for one in recorded.values():
        counts[one.source] = counts.get(one.source, 0) + 1
        try:
            parsed = one.parse(one.body, url=one.url)
        except ParseError:
            refused[one.source] = refused.get(one.source, 0) + 1
            continue
        if isinstance(parsed, Parsed):
            for name, count in parsed.warnings.items():
                found = warned.setdefault(one.source, {})
                found[name] = found.get(name, 0) + count
    assert sum(counts.values()) == 306
    # Another host's MARC; the broken day; answers about works, which name nobody; an identifier of Pittsburgh's own.
    assert warned == {
        "arxiv_oai": {"unknown metadata format: record": 2},
        "huggingface": {"item that is no paper": 4},
        "orcid": {"record without a public name": 8, "unknown identifier type: Pitt ID": 1},
    }
    # A malformed id; OAI errors; answers of GitHub that refuse for other reasons; ORCID's errors and searches.
    assert refused == {"arxiv": 1, "github": 6, "orcid": 23}


# -- arXiv -----------------------------------------------------------------------------------------------

ATOM = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}


def test_arxiv_atom(recorded: Recorded) -> None:
    entries = 0
    for one, parsed in of(recorded, "arxiv"):
        feed = ElementTree.fromstring(one.body)  # noqa: S314 (kept beside the project)
        found = {paper.source_key: paper for paper in parsed.records if isinstance(paper, PaperRecord)}
        for entry in feed.findall("a:entry", ATOM):

            def say(name: str, entry: ElementTree.Element = entry) -> str | None:
                return line(entry.findtext(name, namespaces=ATOM))

            entries += 1
            key, version = re.fullmatch(r"https?://arxiv.org/abs/(.+?)v(\d+)", say("a:id") or "").groups()
            paper = found.pop(key)
            assert (paper.version, paper.title, paper.abstract) == (
                int(version),
                say("a:title"),
                say("a:summary"),
            )
            assert paper.published == moment(say("a:published"))
            assert paper.updated == moment(say("a:updated"))
            assert (paper.comment, paper.journal_ref) == (say("x:comment"), say("x:journal_ref"))
            assert paper.doi == (say("x:doi") or "").lower().split(" ")[0] or paper.doi is None
            terms = [term.get("term") for term in entry.findall("a:category", ATOM)]
            assert list(paper.categories) == list(dict.fromkeys(terms))
            primary = entry.find("x:primary_category", ATOM)
            assert primary is not None
            assert paper.primary_category == primary.get("term")
            printed = [
                (
                    line(author.findtext("a:name", namespaces=ATOM)),
                    [line(a.text) for a in author.findall("x:affiliation", ATOM)],
                )
                for author in entry.findall("a:author", ATOM)
            ]
            people = [(name, places) for name, places in printed if not GROUP.search(name or "")]
            assert [(author.name, list(author.affiliations)) for author in paper.authors] == people
        assert not found
    assert entries == 221


def test_arxiv_oai(recorded: Recorded) -> None:
    records = 0
    for one, parsed in of(recorded, "arxiv_oai"):
        bare = re.sub(rb'\sxmlns(:\w+)?="[^"]*"|(?<=[</])\w+:(?=\w)|\sxsi:\w+="[^"]*"', b"", one.body)
        root = ElementTree.fromstring(bare)  # noqa: S314
        found = {paper.source_key: paper for paper in parsed.records if isinstance(paper, PaperRecord)}
        for described in root.iter("arXiv"):
            if described.find("id") is None:
                continue
            records += 1
            say = {child.tag: line(child.text) for child in described}
            paper = found.pop(str(say["id"]))
            assert (paper.title, paper.abstract, paper.comment) == (
                say["title"],
                say["abstract"],
                say.get("comments"),
            )
            assert (paper.journal_ref, paper.licence) == (say.get("journal-ref"), say.get("license"))
            assert (paper.published, paper.updated) == (moment(say["created"]), moment(say.get("updated")))
            assert list(paper.categories) == list(dict.fromkeys((say["categories"] or "").split()))
            assert paper.primary_category == (say["categories"] or "").split()[0]
            assert (paper.doi or "") in (say.get("doi") or "").lower()
            assert (paper.doi is None) == (say.get("doi") is None)
            printed = [
                {child.tag: line(child.text) for child in reversed(author) if child.tag != "affiliation"}
                | {"at": [line(child.text) for child in author.findall("affiliation")]}
                for author in described.iter("author")
            ]
            names = [f"{said.get('forenames') or ''} {said['keyname']}" for said in printed]
            persons = [
                said
                for said, name in zip(printed, names, strict=True)
                if not GROUP.search(name) or re.search(r"\bfor\b|\bbehalf\b", name)
            ]
            assert len(paper.authors) <= len(persons)
            if any(name.endswith(":") for name in names) or len(paper.authors) < len(persons):
                continue  # names of collaborations in the middle: test_recordings.py reads them
            for author, said in zip(paper.authors, persons, strict=True):
                if author.family is not None:
                    assert (author.given, author.family) == (said.get("forenames"), said["keyname"])
                assert set(author.affiliations) == {text for text in said["at"] if text}
        for described in root.iter("dc"):
            said = [(child.tag, line(child.text) or "") for child in described]
            paper = next(
                p for p in parsed.records if isinstance(p, PaperRecord) and p.title == dict(said)["title"]
            )
            records += 1
            creators = [text for tag, text in said if tag == "creator" and not GROUP.search(text)]
            assert [f"{a.family}, {a.given}" if a.given else a.name for a in paper.authors] == creators
            assert paper.abstract in [text for tag, text in said if tag == "description"]
            assert set(paper.keywords) <= {text for tag, text in said if tag == "subject"}
            dates = [moment(text) for tag, text in said if tag == "date"]
            assert (paper.published, paper.updated) == (dates[0], dates[-1] if len(dates) > 1 else None)
    assert records > 75


# -- proceedings -----------------------------------------------------------------------------------------


def test_pmlr_posts(recorded: Recorded, upstream_data: Any) -> None:
    """The volumes' own front matter has what the pages were built from, given and family names apart."""
    papers = people = 0
    exceptions = []
    for one, parsed in of(recorded, "pmlr", "parse_pmlr_paper"):
        volume, page = one.name.split("/")[2:]
        [path] = (upstream_data / "pmlr" / volume / "posts").glob(f"*-{page.removesuffix('.html')}.yml")
        text = path.read_text("utf-8")
        authors = re.search(r"^author:\n((?:[- ] .*\n)+)", text, re.M)
        assert authors is not None
        if not parsed.records:
            assert "section: Preface" in text
            continue
        [paper] = parsed.records
        assert isinstance(paper, PaperRecord)
        papers += 1
        wanted = re.findall(r"- given: (.+)\n  family: (.+)\n", authors[1])
        for author, (given, family) in zip(paper.authors, wanted, strict=True):
            people += 1
            if (author.given, author.family) != (given.strip("'\""), family.strip("'\"")):
                exceptions.append(author.name)
        assert str(paper.published)[:10] == re.search(r"^date: (.+)$", text, re.M)[1]
        for field, value in (
            ("openreview", paper.openreview_id),
            ("software", next(iter(paper.code_urls), None)),
        ):
            said = re.search(rf"^{field}: (\S+)$", text, re.M)
            assert (said[1].strip("'\"") if said else None) == value or field == "software"
        folded = re.search(r"^abstract: (.+(?:\n  .*)*)", text, re.M)
        if folded is not None and folded[1][0] not in "'\"|>":
            assert paper.abstract == line(folded[1])
    assert (papers, people) == (75, 374)
    # An accent over a dotless i that we put together, and a particle that the site itself lost.
    assert exceptions == ["Adrián Arnaiz-Rodríguez", "Fayyaz ul Amir Afsar Minhas"]


def test_pages_of_proceedings_against_their_own_metadata(recorded: Recorded) -> None:
    for source in ("neurips", "acl", "pmlr"):
        for one, parsed in of(recorded, source, f"parse_{source}_paper"):
            text = one.body.decode("utf-8")
            for paper in parsed.records:
                assert isinstance(paper, PaperRecord)
                tags = dict.fromkeys(re.findall(r"<meta\s[^>]*>", text))
                title = next(tag for tag in tags if "citation_title" in tag)
                assert paper.title in line(unescape(title))
                authors = [
                    unescape(re.search(r'content="?([^">]+)', tag)[1])
                    for tag in re.findall(r"<meta\s[^>]*citation_author\b[^>]*>", text)
                ]
                assert len(paper.authors) == len(authors)
                for author, said in zip(paper.authors, authors, strict=True):
                    # The Anthology prints "R. Florian" and says "Radu Florian" in the metadata.
                    assert normalize("NFC", author.name.split()[-1]) in normalize(
                        "NFC", said.replace("ı", "i")
                    )


# -- code and people -------------------------------------------------------------------------------------


def test_hugging_face(recorded: Recorded) -> None:
    papers = 0
    for one, parsed in of(recorded, "huggingface"):
        for item, paper in zip(
            [i for i in json.loads(one.body) if isinstance(i, dict)], parsed.records, strict=True
        ):
            said = item["paper"]
            papers += 1
            assert isinstance(paper, PaperRecord)
            assert (paper.arxiv_id, paper.title) == (said["id"], line(said["title"]))
            assert paper.abstract == line(said["summary"])
            assert paper.published == moment(said["publishedAt"])
            assert [author.name for author in paper.authors] == [
                line(author["name"]) for author in said["authors"] if not GROUP.search(author["name"])
            ]
            links = [url for key in ("githubRepo", "projectPage") if (url := said.get(key))]
            assert sorted(paper.code_urls + paper.page_urls) == sorted(set(links))
            accounts = {
                author["name"]: author["user"]["user"]
                for author in said["authors"]
                if author.get("user") and not author.get("hidden") and author.get("status") != "claimed"
            }
            given = {a.name: i.value for a in paper.authors for i in a.identifiers}
            assert given.items() <= accounts.items()
    assert papers == 243


def test_github_repositories(recorded: Recorded) -> None:
    kept = 0
    for one, parsed in of(recorded, "github"):
        if one.parser == "parse_refusal":
            continue
        said = json.loads(one.body)
        items = said["items"] if one.parser == "parse_search" else [said]
        for item, repository in zip(items, parsed.records, strict=True):
            kept += 1
            assert isinstance(repository, RepositoryRecord)
            owner = item["owner"]
            name = item.get("full_name") or f"{owner['login']}/{item['name']}"
            assert repository.key == f"github.com/{name}".lower()
            assert (repository.owner, repository.name) == (owner["login"], item["name"])
            if "type" in owner:
                assert repository.owner_is_person == (owner["type"] == "User")
            assert repository.description == line(item["description"])
            assert (repository.language, repository.is_fork) == (item["language"], item["fork"])
            assert repository.default_branch == item.get("default_branch")
            assert repository.archived == item.get("archived")
            assert repository.size_kb == item["size"]
            assert repository.stars == item.get("stargazers_count")
            assert repository.forks == item.get("forks_count")
            assert repository.open_issues == item.get("open_issues_count")
            assert (repository.created, repository.pushed) == (
                moment(item["created_at"]),
                moment(item["pushed_at"]),
            )
            licence = (item.get("license") or {}).get("spdx_id")
            assert repository.licence == (None if licence == "NOASSERTION" else licence)
            assert list(repository.topics) == item.get("topics", [])
            parent = item.get("parent")
            assert repository.parent_key == (f"github.com/{parent['full_name']}".lower() if parent else None)
            home = item.get("homepage") or ""
            assert repository.homepage == (home if home.startswith("http") else None)
    assert kept == 90


def test_orcid_people(recorded: Recorded) -> None:
    people = 0
    for one, parsed in of(recorded, "orcid"):
        for person in parsed.records:
            people += 1
            assert isinstance(person, PersonRecord)
            said = json.loads(one.body)
            name = said["name"]
            value = {
                key: (name[key] or {}).get("value") for key in ("given-names", "family-name", "credit-name")
            }
            assert (person.given, person.family) == (line(value["given-names"]), line(value["family-name"]))
            both = f"{value['given-names'] or ''} {value['family-name'] or ''}"
            assert person.name == line(value["credit-name"] or both)
            assert person.source_key == re.search(r"/v3.0/([\dX-]{19})/", one.url)[1]
            assert list(person.other_names) == [
                line(other["content"])
                for other in said["other-names"]["other-name"]
                if other["content"] != person.name
            ]
            assert person.headline == (line((said["biography"] or {}).get("content")) or "")[
                :500
            ].rstrip() or (person.headline is None)
            countries = [address["country"]["value"] for address in said["addresses"]["address"]]
            assert person.country == (countries[0] if countries else None)
            emails = [email["email"] for email in said["emails"]["email"]]
            assert person.email == (emails[0] if emails else None)
            words = [w for k in said["keywords"]["keyword"] for w in re.split("[,;]", k["content"])]
            assert list(person.keywords) == list(
                dict.fromkeys(line(word)[:100] for word in words if line(word))
            )
            urls = [link["url"]["value"] for link in said["researcher-urls"]["researcher-url"]]
            pages = [i.value for i in person.identifiers if i.kind.value == "homepage"]
            assert set(pages) <= set(urls)
            assert person.homepage == (pages[0] if pages else None)
            assert (
                Identifier(kind=person.identifiers[0].kind, value=person.source_key) == person.identifiers[0]
            )
    assert people == 20
