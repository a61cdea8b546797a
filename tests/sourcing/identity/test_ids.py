"""An id is somebody's for ever: whatever comes and whatever is corrected, it leads to them and to nobody else."""

import shutil
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invented_night import NOW, night, paper
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import new_session, open_database
from db.queries.find import find_person
from db.schema import Authorship, Paper, Person
from sourcing.identity.hand import Decision, WrongPeople, merge, split
from sourcing.identity.night import resolve_everything

NAMES = ("Wei Wang", "Otis Quillfeather", "O. Quillfeather", "Olga Quillfeather", "Bo Rennquist")
STEPS = st.one_of(
    st.tuples(st.just("night"), st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("merge"), st.tuples(st.integers(0, 9), st.integers(0, 9))),
    st.tuples(st.just("split"), st.integers(0, 9)),
    st.tuples(st.just("rebuild"), st.none()),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ids") / "empty.db"
    open_database(f"sqlite:///{path}").dispose()
    return path


def holders(session: Session) -> dict[str, set[tuple[str, str]]]:
    """What each person has, by public id: papers and the name on each."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for public_id, paper_id, name in session.execute(
        select(Person.public_id, Paper.public_id, Authorship.name)
        .join(Authorship, Authorship.person_id == Person.id)
        .join(Paper, Paper.id == Authorship.paper_id)
    ):
        found[public_id].add((paper_id, name))
    return dict(found)


def take(session: Session, step: tuple[str, object], day: int) -> None:
    what, about = step
    decision = Decision(by="rita", at=NOW + timedelta(days=day))
    living = sorted(holders(session))
    if what == "night":
        night(session, paper(day, *about), days=day)  # type: ignore[misc]
    elif what == "rebuild":
        resolve_everything(session, now=decision.at)
    elif living and what == "merge":
        one, other = (find_person(session, living[at % len(living)]) for at in about)  # type: ignore[attr-defined]
        if one.id != other.id:
            merge(session, one, other, decision)
    elif living:
        person = find_person(session, living[about % len(living)])  # type: ignore[operator]
        mine = sorted(holders(session)[person.public_id])
        wrong = session.scalars(select(Paper).where(Paper.public_id == mine[-1][0])).one()
        try:
            split(session, person, [wrong], decision)
        except WrongPeople:
            assert len({one for one, _ in mine}) == 1
    session.commit()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=4, max_size=9))
def test_ids_are_never_given_to_somebody_else(empty: Path, steps: list[tuple[str, object]]) -> None:
    with TemporaryDirectory() as folder:
        path = shutil.copy(empty, Path(folder) / "ids.db")
        engine = open_database(f"sqlite:///{path}")
        with new_session(engine) as session:
            ever: dict[str, set[tuple[str, str]]] = {}
            for day, step in enumerate(steps, 1):
                take(session, step, day)
                now = holders(session)
                for public_id, mine in now.items():
                    had = ever.setdefault(public_id, set(mine))
                    assert not had.isdisjoint(mine), f"{public_id} is somebody else after {step}"
                    had |= mine
                for public_id in ever:
                    assert find_person(session, public_id).public_id in now
        engine.dispose()
