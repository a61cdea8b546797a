"""Real answers, read field by field as a person reads them. Kept beside the project; skipped where absent."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from recordings import Recording

from db.records import IdentifierKind, PaperRecord, Parsed, ParseError, PersonRecord
from spiders.parsing.acl import parse_acl_paper
from spiders.parsing.arxiv_atom import Throttled, UpstreamError, parse_arxiv_atom
from spiders.parsing.arxiv_oai import parse_arxiv_oai
from spiders.parsing.huggingface import parse_daily_papers
from spiders.parsing.pmlr import parse_pmlr_paper, parse_pmlr_volume

pytestmark = pytest.mark.realdata


def papers(parsed: Parsed) -> list[PaperRecord]:
    return [one for one in parsed.records if isinstance(one, PaperRecord)]


def names(paper: PaperRecord) -> list[str]:
    return [one.name for one in paper.authors]


def read(recording: Recording) -> Parsed:
    parsed = recording.parse(recording.body, url=recording.url)
    assert isinstance(parsed, Parsed)
    return parsed


# -- arXiv -----------------------------------------------------------------------------------------------


def atom(folder: Path, name: str) -> tuple[bytes, str]:
    [path] = folder.glob(f"arxiv_atom/{name}_*.json")
    kept = json.loads(path.read_text("utf-8"))
    return kept["body"].encode("latin-1"), kept["url"]


def test_arxiv_atom_entry_with_everything(upstream_data: Path) -> None:
    body, url = atom(upstream_data, "q_testing_s0_m10")
    parsed = parse_arxiv_atom(body, url=url)
    first = papers(parsed)[0]
    assert (len(parsed.records), parsed.total) == (10, 214881)
    assert first.source_key == "2202.12139"
    assert first.version == 1
    assert first.title == (
        "Testing Deep Learning Models: A First Comparative Study of Multiple Testing Techniques"
    )
    assert names(first) == ["Mohit Kumar Ahuja", "Arnaud Gotlieb", "Helge Spieker"]
    assert first.categories == ("cs.SE", "cs.LG")
    assert first.doi == "10.1109/icstw55395.2022.00035"
    assert first.comment == "Artificial Intelligence in Software Testing 2022 workshop @ ICST 2022"
    assert first.published == datetime(2022, 2, 24, 15, 5, 19, tzinfo=UTC)


def test_arxiv_atom_oddities(upstream_data: Path) -> None:
    def read(name: str) -> Parsed:
        body, url = atom(upstream_data, name)
        return parse_arxiv_atom(body, url=url)

    assert papers(read("id_2104.12255v1"))[0].title == "0"
    old = papers(read("id_quant-ph_0201082v1"))[0]
    assert (old.source_key, old.version) == ("quant-ph/0201082", 1)
    older = papers(read("id_astro-ph_0601001"))[0]
    assert (older.source_key, older.journal_ref) == ("astro-ph/0601001", "ActaAstron.56:1-50,2006")
    assert [(one.name, one.affiliations) for one in older.authors] == [
        ("Andrew Gould", ("Ohio State",)),
        ("Susan Dorsher", ("Ohio State",)),
        ("B. Scott Gaudi", ("CfA",)),
        ("Andrzej Udalski", ("Warsaw University Observatory",)),
    ]
    unknown = read("id_0000.0000")
    assert (unknown.records, unknown.total) == ((), 0)
    assert [one.source_key for one in papers(read("id_0808.05394_1707.08567"))] == ["1707.08567"]
    with pytest.raises(UpstreamError, match="incorrect id format for abc"):
        read("id_abc")
    throttle = (upstream_data / "arxiv_atom/from_issues/200_or_429_rate_exceeded.txt").read_bytes()
    with pytest.raises(Throttled):
        parse_arxiv_atom(throttle, url="https://export.arxiv.org/api/query")


def oai(folder: Path, name: str) -> Parsed:
    return parse_arxiv_oai((folder / "arxiv_oai" / name).read_bytes(), url=name)


def test_arxiv_oai_lists(upstream_data: Path) -> None:
    listed = oai(upstream_data, "sample_arxiv_response_listrecords_cs.xml")
    first = papers(listed)[0]
    assert (len(listed.records), listed.warnings, listed.next_token) == (46, {}, None)
    assert first.arxiv_id == "1101.4388"
    assert first.title == "Reproducing Kernel Banach Spaces with the l1 Norm"
    assert [(one.given, one.family) for one in first.authors] == [
        ("Guohui", "Song"),
        ("Haizhang", "Zhang"),
        ("Fred J.", "Hickernell"),
    ]
    assert (first.primary_category, first.doi) == ("stat.ML", "10.1016/j.acha.2012.03.009")
    assert first.licence == "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"
    assert first.abstract is not None
    assert first.abstract.startswith(
        "Targeting at sparse learning, we construct Banach spaces B of functions on an input"
    )
    assert "Heiko Röglin" in names(papers(listed)[1])
    assert oai(upstream_data, "sample_empty_response.xml").records == ()
    other_format = oai(upstream_data, "adsingest_input_arxiv_multi_20230125.xml")
    assert (other_format.next_token, other_format.total) == ("6460044|1001", 1090)
    assert (len(other_format.records), other_format.warnings) == (3, {})


def test_arxiv_oai_names_with_and_without_namespaces(upstream_data: Path) -> None:
    with_them = oai(upstream_data, "sample_arxiv_response_with_namespace.xml")
    without = oai(upstream_data, "sample_arxiv_response_no_namespace.xml")
    assert with_them.records == without.records
    assert [(one.given, one.family) for one in papers(with_them)[0].authors][1] == (
        "Herbert",
        "Van de Sompel",
    )


def test_arxiv_oai_collaborations_are_no_authors(upstream_data: Path) -> None:
    [kamioka] = papers(oai(upstream_data, "sample_arxiv_record8.xml"))
    assert names(kamioka)[:2] == ["K. Abe", "Y. Suzuki"] or "Collaboration" not in " ".join(names(kamioka))
    everyone = [
        one.name
        for path in upstream_data.glob("arxiv_oai/*.xml")
        if "inspire" not in path.name
        for paper in papers(oai(upstream_data, path.name))
        for one in paper.authors
    ]
    assert len(everyone) > 250
    assert not [name for name in everyone if "ollaboration" in name or ":" in name or " for the " in name]


# -- conferences -----------------------------------------------------------------------------------------


def bib_entries(text: str) -> dict[str, dict[str, str]]:
    """A volume's BibTeX file, well enough for its own regular layout."""
    found = {}
    # A closing brace at the start of a line also occurs inside abstracts, so entries end where the next one begins.
    for kind, key, inside in re.findall(
        r"^@(\w+)\{([^,]+),\n(.*?)\}\s*(?=^@|\Z)", text, re.MULTILINE | re.DOTALL
    ):
        if kind.lower() == "inproceedings":
            field = r"^\s*(\w+)\s*=\s*\{(.*?)\}(?:,\s*\n(?=\s*\w+\s*=)|,?\s*\Z)"
            found[key] = dict(re.findall(field, inside, re.MULTILINE | re.DOTALL))
    return found


def letters(text: str) -> str:
    """What remains of a TeX or Unicode text when accents and markup are gone."""
    import unicodedata

    # An accent over a dotless i; letters that are commands; then everything that is no letter.
    text = re.sub(r"\\[`'^\"~=.uvHtcdbrk](?![a-zA-Z])|\\(?=[ijoOlL]\b)|\\[uvHtcdbrk]\s", "", text)
    text = text.replace("\\textquotesingle", "").replace("ı", "i").replace("ø", "o").replace("ł", "l")
    plain = unicodedata.normalize("NFKD", text)
    return "".join(ch for ch in plain.casefold() if ch.isascii() and ch.isalpha())


@pytest.mark.parametrize(("volume", "bib"), [(198, "log22.bib"), (256, "automl2024.bib")])
def test_pmlr_volumes_give_exactly_the_papers_of_their_bib_files(
    volume: int, bib: str, upstream_data: Path
) -> None:
    entries = bib_entries((upstream_data / f"pmlr/v{volume}/{bib}").read_text("utf-8"))
    wanted = {letters(one["title"]): one for one in entries.values() if one.get("section") != "Preface"}
    folder = upstream_data / f"pmlr/html/v{volume}"
    base = f"https://proceedings.mlr.press/v{volume}/"
    listed = papers(parse_pmlr_volume((folder / "index.html").read_bytes(), url=base))
    read = [
        paper
        for one in listed
        for paper in papers(parse_pmlr_paper((folder / one.url.rpartition("/")[2]).read_bytes(), url=one.url))
    ]
    assert len(wanted) == len(listed) == len(read) == {198: 56, 256: 19}[volume]
    for source in (listed, read):
        assert {letters(one.title) for one in source} == wanted.keys()
        for paper in source:
            entry = wanted[letters(paper.title)]
            authors = [
                letters(" ".join(reversed(name.split(", "))))
                for name in re.split(r"\s+and\s+", entry["author"])
            ]
            assert [letters(name) for name in names(paper)] == authors, paper.title
            assert paper.openreview_id == entry.get("openreview"), paper.title
            assert set(paper.code_urls + paper.page_urls) == {one for one in [entry.get("software")] if one}
    assert all(one.abstract for one in read)
    decisions = Counter(one.decision for one in listed)
    sections = Counter(one.get("section") for one in wanted.values())
    assert decisions.get("oral", 0) == sections.get("Oral Presentations", 0)
    assert decisions.get("poster", 0) == sections.get("Poster Presentations", 0)


def test_pmlr_prefaces_are_no_papers(upstream_data: Path) -> None:
    body = (upstream_data / "pmlr/html/v198/rieck22a.html").read_bytes()
    assert parse_pmlr_paper(body, url="https://proceedings.mlr.press/v198/rieck22a.html").records == ()


def test_neurips_layouts(recorded: dict[str, Recording]) -> None:
    [record] = papers(read(recorded["neurips/proceedings.neurips.cc_1988_abstract.html"]))
    assert record.title == "Neural Control of Sensory Acquisition: The Vestibulo-Ocular Reflex"
    assert [(one.name, one.given, one.family) for one in record.authors] == [
        ("Michael Paulin", "Michael", "Paulin"),
        ("Mark Nelson", "Mark", "Nelson"),
        ("James Bower", "James", "Bower"),
    ]
    assert record.abstract is not None
    assert record.abstract.startswith(
        "We present a new hypothesis that the cerebellum plays a key role in actively"
    )
    assert record.abstract.endswith("and propose experiments to test this hypothesis.")
    assert (record.venue, record.venue_year, record.published) == ("NeurIPS", 1988, None)
    [record] = papers(read(recorded["neurips/papers.nips.cc_8668/response-body"]))
    assert (record.source_key, record.venue_year, record.decision) == ("8668", 2019, "poster")
    assert names(record)[0] == "Sebastian Tschiatschek"
    assert len(record.authors) == 5
    assert record.abstract is not None
    assert record.abstract.endswith("can be achieved over learner-agnostic teaching.")


def test_cvf_listing_of_a_whole_conference(recorded: dict[str, Recording]) -> None:
    body = recorded["cvf/ICCV2015_listing.html"].body
    parsed = read(recorded["cvf/ICCV2015_listing.html"])
    listed = papers(parsed)
    assert (len(listed), parsed.warnings) == (526, {})
    assert len(listed) == body.count(b'class="ptitle"')
    assert listed[0].title.startswith("Ask Your Neurons")
    assert names(listed[0]) == ["Mateusz Malinowski", "Marcus Rohrbach", "Mario Fritz"]
    assert (listed[0].venue, listed[0].venue_year) == ("ICCV", 2015)
    assert sum(len(one.authors) for one in listed) == body.count(b'class="authsearch"')
    assert names(listed[-1]) == ["Yu Xiang", "Alexandre Alahi", "Silvio Savarese"]
    text = body.decode("windows-1252")
    titles = re.findall(r'class="ptitle"><br><a href="([^"]+)">([^<]+)</a>', text)
    assert [(one.url, one.title) for one in listed] == [
        (url, unescape(" ".join(t.split()))) for url, t in titles
    ]
    people = re.findall(r'class="authsearch">\s*<input type="hidden" name="query" value="([^"]*)"', text)
    assert [name for one in listed for name in names(one)] == [
        " ".join(unescape(one).split()) for one in people
    ]
    # Given and family names come from the BibTeX beside each paper.
    families = [one.family for paper in listed for one in paper.authors]
    assert sum(one is not None for one in families) > 0.99 * len(families)


def test_acl_pages_of_two_ages(upstream_data: Path) -> None:
    def read(file: str, url: str) -> PaperRecord:
        [record] = papers(parse_acl_paper((upstream_data / "acl" / file).read_bytes(), url=url))
        return record

    new = read("ACL_2021.naacl-main.208.html", "https://aclanthology.org/2021.naacl-main.208/")
    # Eleven editors are linked as people further down.
    assert names(new) == ["Teven Le Scao", "Alexander Rush"]
    assert (new.doi, new.awards) == ("10.18653/v1/2021.naacl-main.208", ("Outstanding Short Paper",))
    assert new.abstract is not None
    assert new.abstract.startswith("When fine-tuning pretrained models for classification")
    old = read("ACL_D16_page.html", "https://www.aclweb.org/anthology/P17-2044/")
    assert old.title == "Japanese Sentence Compression with a Large Training Dataset"
    assert names(old) == ["Shun Hasegawa", "Yuta Kikuchi", "Hiroya Takamura", "Manabu Okumura"]
    assert (old.source_key, old.venue, old.venue_year) == ("P17-2044", "ACL", 2017)
    oldest = read("ACL_N04-1001.html", "https://aclanthology.org/N04-1001/")
    assert (names(oldest)[0], len(oldest.authors), oldest.venue_year) == ("R. Florian", 8, 2004)


def test_openreview_v1_notes(recorded: dict[str, Recording]) -> None:
    parsed = read(recorded["openreview/api_v1_notes_NIPS2018_workshop.json"])
    first, second = papers(parsed)
    assert (first.title, first.openreview_id) == ("Targeted Dropout", "HkghWScuoQ")
    assert names(first) == [
        "Aidan N. Gomez",
        "Ivan Zhang",
        "Kevin Swersky",
        "Yarin Gal",
        "Geoffrey E. Hinton",
    ]
    # Its author ids are e-mail addresses, which are not kept.
    assert not any(one.identifiers for one in first.authors)
    assert "@" not in repr(parsed.records)
    assert (first.venue, first.venue_year) == ("NeurIPS workshop CDNNRIA", 2018)
    assert first.published == datetime(2018, 10, 20, 11, 44, 3, 524000, tzinfo=UTC)
    assert second.keywords == (
        "Network Pruning",
        "Network Compression",
        "Architecture Search",
        "Training from Scratch",
    )
    # Their replies: a decision each, one and three reviews, the rest are comments.
    assert (first.decision, second.decision) == ("accept", "accept")
    assert [[(one.rating, one.confidence) for one in paper.reviews] for paper in (first, second)] == [
        [(4.0, 2.0)],
        [(4.0, 2.0)] * 3,
    ]


# -- code and people -------------------------------------------------------------------------------------


def test_hugging_face_days(upstream_data: Path) -> None:
    found: dict[str, PaperRecord] = {}
    for path in sorted(upstream_data.glob("hf_papers/daily_papers/*.json")):
        parsed = parse_daily_papers(path.read_bytes(), url=path.name)
        raw = json.loads(path.read_text("utf-8"))
        if "2024-12-26" in path.name:
            assert (parsed.records, parsed.warnings) == ((), {"item that is no paper": len(raw)})
            continue
        assert (len(parsed.records), parsed.warnings) == (len(raw), {})
        for item, record in zip(raw, papers(parsed), strict=True):
            assert record.arxiv_id == item["paper"]["id"]
            assert set(record.code_urls + record.page_urls) == {
                url for key in ("githubRepo", "projectPage") if (url := item["paper"].get(key))
            }
            # The site lists collaborations and teams among the authors; we do not.
            assert len(record.authors) <= len(item["paper"]["authors"])
        found |= {one.source_key: one for one in papers(parsed)}
    step = found["2601.09668"]
    assert step.code_urls == ("https://github.com/stepfun-ai/Step3-VL-10B",)
    assert step.page_urls == ("https://stepfun-ai.github.io/Step3-VL-10B",)
    assert names(step)[:2] == ["Ailin Huang", "Chengyuan Yao"]
    vidu = found["2607.03118"]
    assert [one.value for one in vidu.authors[0].identifiers] == ["jt-zhang"]


def test_orcid_person(recorded: dict[str, Recording]) -> None:
    [person] = read(recorded["orcid/orcid_id_address_data.yml#0"]).records
    assert isinstance(person, PersonRecord)
    assert (person.name, person.given, person.family) == ("Scott A Chamberlain", "Scott", "Chamberlain")
    assert person.source_key == "0000-0003-1444-9135"
    assert person.homepage == "http://ropensci.org/"
    assert {one.value for one in person.identifiers if one.kind is IdentifierKind.GITHUB} == {"sckott"}
    assert person.email is None
    assert person.country == "US"


def test_orcid_answers_that_are_no_record(recorded: dict[str, Recording]) -> None:
    for name in ("orcid_error", "orcid_id_bad_orcid", "orcid_search_no_results", "works_error"):
        one = recorded[f"orcid/{name}.yml#0"]
        with pytest.raises(ParseError):
            one.parse(one.body, url=one.url)


def test_icml_2026_as_its_own_bulk_file_would_have_it(recorded: dict[str, Recording]) -> None:
    parsed = read(recorded["icml_virtual/icml2026_events.csv.gz"])
    listed = papers(parsed)
    # 168 papers have a second event as an oral.
    assert (len(listed), parsed.total, parsed.warnings) == (6628, 6796, {})
    assert Counter(one.decision for one in listed)["oral"] == 168
    assert (listed[0].source_key, listed[0].openreview_id) == ("icml/2026/64393", "O4PweOea13")
    assert listed[0].keywords == ("Deep Learning", "Foundation Models")
    assert listed[0].decision == "poster"
    assert Counter(one.decision for one in listed).keys() <= {"poster", "spotlight", "oral"}
    assert all(one.authors for one in listed)
