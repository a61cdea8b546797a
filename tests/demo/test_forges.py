"""Repositories on other hosts than GitHub: from the abstract that names them through the checkout to a score."""

from pathlib import Path

from nights import settings_with, start_night
from small_world import HISTORY, NIGHTS, paper, small_world
from sqlalchemy import select

from db.engine import new_session, open_database
from db.records import Axis, SubjectKind
from db.schema import AssessmentRow, Snapshot
from db.schema import Repository as RepositoryRow
from sourcing.demo.upstream import DemoUpstream
from sourcing.demo.world import Repository

ADDRESSES = {
    "github.com/solberg/tides": "https://github.com/solberg/tides",
    "gitlab.com/solberg/deep/tides-lab": "https://gitlab.com/solberg/deep/tides-lab/-/tree/main",
    "bitbucket.org/solberg/tides-bucket": "https://bitbucket.org/solberg/tides-bucket/src/main/",
    "codeberg.org/solberg/tides-berg": "https://codeberg.org/solberg/tides-berg",
    "huggingface.co/solberg/tides-hub": "https://huggingface.co/solberg/tides-hub",
}


def test_all_hosts_go_through_the_same_checkout(tmp_path: Path) -> None:
    world = small_world(
        papers=tuple(
            paper(number, title=f"Tides of the {key.split('.')[0]} Coast", comment=f"Our code: {address}")
            for number, (key, address) in enumerate(ADDRESSES.items(), 1)
        ),
        repositories=tuple(
            Repository(full_name=key.partition("/")[2], host=key.partition("/")[0], history=HISTORY)
            for key in ADDRESSES
        ),
    )
    with DemoUpstream(world) as upstream:
        settings = settings_with(tmp_path, upstream, "github")
        night = start_night(settings, NIGHTS[0])
        _, told = night.communicate(timeout=120)
        assert night.returncode == 0, told
        asked = {key: len(upstream.requests.of(key)) for key in upstream.urls if key.endswith("_git")}
    assert len([key for key, count in asked.items() if count]) == 5
    engine = open_database(f"sqlite:///{settings.parent / 'sourcing.db'}")
    with new_session(engine) as session:
        read = session.execute(
            select(RepositoryRow.key, Snapshot.status, Snapshot.files).join(
                Snapshot, Snapshot.repository_id == RepositoryRow.id
            )
        ).all()
        scored = set(
            session.scalars(
                select(AssessmentRow.subject_id).where(
                    AssessmentRow.subject_kind == SubjectKind.REPOSITORY,
                    AssessmentRow.axis == Axis.CODE_QUALITY,
                )
            )
        )
    engine.dispose()
    assert sorted(tuple(row) for row in read) == [(key, "read", 1) for key in sorted(ADDRESSES)]
    assert scored == set(ADDRESSES)
