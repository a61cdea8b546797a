"""What an identifier proves, and what it does not: addresses of groups, misprints, a name that nobody else printed."""

from dataclasses import replace

from sourcing.identity.mention import Mention, Profile
from sourcing.identity.resolver import resolve
from sourcing.identity.story import joins

ORCID = "orcid:0000-0001-5000-0007"


def mention(
    paper: str, name: str, *links: str, title: str = "", coauthors: tuple[str, ...] = (), position: int = 1
) -> Mention:
    return Mention(
        mention_id=f"{paper}#{position}", paper_id=paper, title=title or f"Notes {paper}", name=name,
        position=position, n_authors=1 + len(coauthors), coauthors=(name, *coauthors), year=2024,
        fields=("cs.LG",), links=links,
    )  # fmt: skip


def test_an_address_or_a_guessed_id_does_not_make_two_names_one_person() -> None:
    for link in ("email:tides@lakeshore.example", "arxiv_author:wang_w_1", "scholar:QUILLAAAAJ"):
        persons = resolve(
            [
                mention("a", "Wei Wang", link, title="Sea ice"),
                mention("b", "Na Li", link, title="Rope grammar"),
                mention("c", "Wei Wang", link, title="Kernels without tears"),
            ]
        ).persons
        assert persons["a#1"] == persons["c#1"] != persons["b#1"], link


def test_pages_that_name_one_scholar_profile_are_not_one_persons() -> None:
    for shared in ("scholar:QUILLAAAAJ", "email:tides@lakeshore.example"):
        profiles = [
            Profile(profile_id=one, links=(one, shared)) for one in ("openreview:~Ada1", "openreview:~Bo1")
        ]
        two = [
            mention("a", "Ada Quillgray", "openreview:~Ada1"),
            mention("b", "Bo Rennquist", "openreview:~Bo1"),
        ]
        assert len(set(resolve(two, profiles=profiles).persons.values())) == 2
        one = [two[0], replace(two[1], name="Ada Quillgray", coauthors=("Ada Quillgray",))]
        assert len(set(resolve(one, profiles=profiles).persons.values())) == 1


def test_what_a_page_names_needs_names_that_agree_and_what_is_printed_does_not() -> None:
    page = Profile(profile_id="page", links=("openreview:~Ada1", ORCID))
    apart = [mention("a", "Ada Quillgray", "openreview:~Ada1"), mention("b", "Bo Rennquist", ORCID)]
    assert len(set(resolve(apart, profiles=[page]).persons.values())) == 2
    renamed = [mention("a", "Ada Quillgray", ORCID), mention("b", "Ada Rennquist", ORCID)]
    assert len(set(resolve(renamed).persons.values())) == 1


def test_the_reason_of_a_join_is_the_identifier_and_not_a_page() -> None:
    found = joins([mention("a", "Wei Wang", ORCID), mention("b", "Wei Wang", ORCID)])
    assert [join.reason for join in found] == ["the same ORCID iD"]


def test_an_identifier_that_counted_for_nobody_is_not_told_as_the_reason() -> None:
    both = ("Ada Quillgray", "Bo Rennquist")
    found = [
        replace(mention("a", both[0], ORCID, title="Sea ice by radar"), coauthors=both),
        replace(mention("b", both[0], ORCID, title="Sea ice by sonar"), coauthors=both),
    ]
    beside = replace(mention("a", both[1], ORCID, position=2), coauthors=both)
    assert [join.reason for join in joins(found)] == ["the same ORCID iD"]
    (told,) = joins(found, beside=[beside])
    assert told.reason == "the evidence"
    assert told.points


def test_an_orcid_that_stands_at_two_places_of_a_paper_does_not_give_one_author_the_others_papers() -> None:
    both = ("Ada Quillgray", "Bo Rennquist")
    found = [
        replace(mention("a", both[0], ORCID), coauthors=both),
        replace(mention("a", both[1], ORCID, position=2), coauthors=both),
        mention("b", "Ada Quillgray", ORCID, title="Kernels without tears"),
    ]
    for order in (found, found[::-1]):
        persons = resolve(order).persons
        assert persons["b#1"] == persons["a#1"] != persons["a#2"]


def test_of_the_holders_of_an_identifier_those_are_tried_first_whose_name_it_is() -> None:
    """It was printed beside a co-author on another paper, who has an ORCID iD of their own as well."""
    other = "orcid:0000-0001-5000-0015"
    found = [
        mention("a", "Bo Rennquist", "openreview:~Ada1", other),
        mention("b", "Ada Quillgray", "openreview:~Ada1"),
        mention("c", "Ada Quillgray", "openreview:~Ada1", ORCID, title="Kernels without tears"),
    ]
    persons = resolve(found).persons
    assert persons["b#1"] == persons["c#1"] != persons["a#1"]


def test_an_initial_does_not_lead_from_one_person_with_an_alias_to_another() -> None:
    friend = ("Bo Rennquist",)
    found = [
        mention("a", "Dagny Zielonka", ORCID, coauthors=friend),
        mention("b", "D. Zielonka", ORCID, coauthors=friend),
        mention("c", "Carmen Aldana", ORCID),
        mention("d", "Dora Zielonka", coauthors=friend),
    ]
    persons = resolve(found).persons
    assert persons["a#1"] == persons["b#1"] == persons["c#1"] != persons["d#1"]


def test_an_initial_does_not_join_two_who_are_known_under_several_names_each() -> None:
    """Whoever is Marta Olmo as well as T. Quillray, and Bo Lund as well as Tora Quillray."""
    team = ("Ida Vossberg", "Cy Dunnmore", "Edda Ravnkilde")
    persons = resolve(
        [
            mention("a", "Marta Olmo", "openreview:~Marta1"),
            mention("b", "T. Quillray", "openreview:~Marta1", title="Sea ice", coauthors=team),
            mention("c", "Tora Quillray", ORCID, title="Sea ice, again", coauthors=team),
            mention("d", "Bo Lund", ORCID, title="Rope grammar"),
        ]
    ).persons
    assert persons["a#1"] == persons["b#1"] != persons["c#1"] == persons["d#1"]


def test_an_alias_still_finds_the_papers_of_either_name() -> None:
    friend = ("Bo Rennquist",)
    found = [
        mention("a", "Tianyi Quillzhang", ORCID, coauthors=friend),
        mention("b", "Tony Quillzhang", ORCID),
        mention("c", "Tianyi Quillzhang", coauthors=friend),
        mention("d", "Tony Quillzhang", coauthors=friend),
    ]
    assert len(set(resolve(found).persons.values())) == 1


def test_a_place_that_is_printed_with_two_names_joins_the_papers_of_both() -> None:
    friend = ("Bo Rennquist",)
    found = [
        replace(mention("a", "Tianyi Quillzhang", coauthors=friend), variants=("Tony Quillzhang",)),
        mention("b", "Tianyi Quillzhang", coauthors=friend),
        mention("c", "Tony Quillzhang", coauthors=friend),
    ]
    assert len(set(resolve(found).persons.values())) == 1


def test_the_names_that_were_compared_are_told_first() -> None:
    found = [
        mention("a", "Otis Quillfeather", ORCID, coauthors=("Bo Rennquist",)),
        mention("b", "Ada Brix", ORCID),
        mention("c", "Otis Quillfeather", coauthors=("Bo Rennquist",)),
    ]
    (join,) = [one for one in joins(found) if one.points]
    assert join.points[0].text.startswith("otis quillfeather / ada brix: ")
