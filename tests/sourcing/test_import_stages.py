"""A CSV that left the house comes back edited."""

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy.orm import Session

from db.queries.candidates import load_candidates
from sourcing.imports.stages import read_stages, save_stages

HEADER = ["candidate_id", "stage", "tags", "note", "verdict", "score"]


def test_an_edited_export_changes_only_what_was_edited_and_only_once(session: Session) -> None:
    invented = Invented(session)
    ada, old, bo = (invented.person(name) for name in ("Ada Quill", "A. Quill", "Bo Renn"))
    invented.ranked(ada, bo)
    old.merged_into = ada.id
    session.flush()
    rows = [
        {
            "candidate_id": old.public_id,
            "stage": "Contacted",
            "tags": "remote",
            "note": "wrote",
            "verdict": "yes",
        },
        {"candidate_id": bo.public_id, "stage": "new"},
    ]
    found = read_stages(session, HEADER, rows)
    assert found.ignored == ("score",)
    assert found.conflicts == []
    assert {(one.person.id, one.kind) for one in found.changes} == {
        (ada.id, kind) for kind in ("stage", "tag", "note", "verdict")
    }
    assert save_stages(session, found.changes, by="robin", now=NOW) == []
    (one,) = load_candidates(session, ROLE, [ada.id], now=NOW)
    assert (one.stage, one.tags) == ("contacted", ("remote",))
    assert read_stages(session, HEADER, rows).changes == []


def test_rows_that_cannot_be_followed_are_listed(session: Session) -> None:
    ada = Invented(session).person("Ada Quill")
    found = read_stages(
        session,
        HEADER,
        [
            {"candidate_id": "p-nobody", "stage": "contacted"},
            {"candidate_id": ada.public_id, "stage": "contcted"},
            {"candidate_id": ada.public_id, "stage": "replied"},
            {"candidate_id": ada.public_id, "stage": "hired", "verdict": "perhaps"},
        ],
    )
    assert [one.value for one in found.changes] == ["replied"]
    assert len(found.conflicts) == 4
    assert "did you mean 'contacted'" in found.conflicts[1]


def test_an_unsubscribe_is_handed_on(session: Session) -> None:
    ada = Invented(session).person("Ada Quill")
    found = read_stages(
        session, HEADER, [{"candidate_id": ada.public_id, "unsubscribed": "yes", "stage": "hired"}]
    )
    assert [one.public_id for one in save_stages(session, found.changes, by="robin", now=NOW)] == [
        ada.public_id
    ]


def test_a_file_without_ids_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        read_stages(session, ["name"], [])
