"""Rows asked for by long lists: each once, in order, whatever the list holds."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.batches import BATCH, rows_of
from db.schema import NameForm


def form(number: int, name: str) -> NameForm:
    return NameForm(id=number, name_key=name, form=name, family_words=1)


def test_more_numbers_than_one_statement_takes_of_any_size(session: Session) -> None:
    ids = [-(2**63), -(2**63) + 1, *range(-5, 2 * BATCH), 2**63 - 1]
    session.add_all(form(number, f"otis {number}") for number in ids)
    wanted = {*ids[::2], ids[-1], 2**40}
    found = rows_of(session, select(NameForm.id, NameForm.form), NameForm.id, wanted)
    assert list(found) == [(number, f"otis {number}") for number in ids if number in wanted]


def test_words_of_any_script_and_with_any_sign(session: Session) -> None:
    names = ["d'arc ottesen", 'otis "bo" quill', "satō 佐藤", "zoë\\ravn", "𠮷田 olga"]
    session.add_all(form(number, name) for number, name in enumerate(names))
    found = rows_of(session, select(NameForm.name_key), NameForm.name_key, [*names, "nobody"])
    assert {name for (name,) in found} == set(names)


def test_an_empty_list_asks_for_nothing(session: Session) -> None:
    session.add(form(1, "otis"))
    assert list(rows_of(session, select(NameForm.id), NameForm.id, ())) == []
