"""What mentions become as they are read: numbers for everybody on a paper, circles in which people publish."""

import random

from invented_night import author, paper, save
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.schema import Authorship
from sourcing.identity.dossier import Dossier
from sourcing.identity.mention import Mention
from sourcing.identity.rarity import shipped_stock
from sourcing.identity.reader import LEAST_TELLING, MAX_PUBLISHED, Reader
from sourcing.identity.stored import read_all, read_some


def mentions(paper_id: str, *names: str) -> list[Mention]:
    return [
        Mention(
            mention_id=f"{paper_id}#{position}", paper_id=paper_id, title="Rope walking robots", name=name,
            position=position, n_authors=len(names), coauthors=names,
        )
        for position, name in enumerate(names, 1)
    ]  # fmt: skip


def read(reader: Reader, found: list[Mention]) -> list[Dossier]:
    return [reader.read(place, mention) for place, mention in enumerate(found)]


def names_in_circle(reader: Reader, one: Dossier) -> set[str]:
    return {reader.people.text[person] for person in reader.circle(one)}


def test_a_circle_is_everybody_with_whom_a_co_author_published() -> None:
    rng = random.Random(3)
    people = [
        f"{given} {family}"
        for given in ("Otis", "Olga", "Bo", "Wei")
        for family in ("Quillfeather", "Renn", "Wang")
    ]
    papers = {f"p{number:02}": rng.sample(people, rng.randint(1, 4)) for number in range(30)}
    reader = Reader(shipped_stock().grown(2_000_000))
    dossiers = read(reader, [one for key, names in papers.items() for one in mentions(key, *names)])
    common = {
        name for name in people if reader.people_weight[reader.people.number[name.lower()]] < LEAST_TELLING
    }
    assert common == {"Wei Wang", "Bo Wang"}
    authors = [(name, names) for names in papers.values() for name in names]
    for dossier, (name, names) in zip(dossiers, authors, strict=True):
        leading = set(names) - {name} - common
        expected = {each.lower() for team in papers.values() if not leading.isdisjoint(team) for each in team}
        assert names_in_circle(reader, dossier) == expected


def test_who_published_with_everybody_leads_nowhere() -> None:
    reader = Reader(shipped_stock())
    written = [
        one
        for number in range(MAX_PUBLISHED)
        for one in mentions(f"p{number:03}", "Olga Ravnkilde", f"Bo Renn{number}")
    ]
    first, *_ = read(reader, [*mentions("p", "Otis Quillfeather", "Olga Ravnkilde"), *written])
    assert names_in_circle(reader, first) == set()
    reader = Reader(shipped_stock())
    first, *_ = read(reader, [*mentions("p", "Otis Quillfeather", "Olga Ravnkilde"), *written[2:]])
    assert len(names_in_circle(reader, first)) == MAX_PUBLISHED + 1


def test_all_names_on_a_paper_are_read_in_their_order(session: Session) -> None:
    """However a paper and its authors came in, and whoever of them is asked for."""
    names = ["Zora Ottesen", "Ada Quill", "Min-Jun Kim", "Bo Renn"]
    save(session, paper(1, *(author(name, place) for place, name in reversed(list(enumerate(names, 1))))))
    save(session, paper(2, "Otis Quillfeather"))
    ids = session.scalars(select(Authorship.id)).all()
    everybody = sorted(read_all(session), key=lambda one: one.id)
    assert sorted(read_some(session, ids), key=lambda one: one.id) == everybody
    (third,) = [one for one in read_some(session, ids) if one.mention.name == "Min-Jun Kim"]
    assert third.mention.coauthors == tuple(names)
    assert third.mention.n_authors == 4
    assert {one.mention.coauthors for one in everybody} == {tuple(names), ("Otis Quillfeather",)}
