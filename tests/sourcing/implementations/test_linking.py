"""From stored papers and repositories to stored links; nothing is asked of anyone here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.show import show
from db.records import (
    Assessment,
    AssessmentStatus,
    Author,
    Axis,
    Page,
    PaperRecord,
    Record,
    RepositoryRecord,
    RepositoryStatus,
    SubjectKind,
)
from db.schema import CodeWatch, Implementation, Paper, Repository
from db.store import save_page
from db.store.scores import save_assessments
from db.suppression import Suppressor
from sourcing.implementations.fetching import (
    ANONYMOUS,
    FetchLimits,
    plan_fetches,
    save_fetched,
    save_watches,
    search_query,
)
from sourcing.implementations.linking import resolve_implementations
from sourcing.implementations.watch import save_looked

NOW = datetime(2026, 11, 10, 4, tzinfo=UTC)
TIDE = PaperRecord(
    source="arxiv",
    source_key="2611.00001",
    url="https://arxiv.org/abs/2611.00001",
    title="TideNet: Forecasting Coastal Floods with Ebb Attention",
    abstract="We forecast floods.",
    arxiv_id="2611.00001",
    authors=(Author(name="Marta Kessler", position=1), Author(name="Jun-Ho Baek", position=2)),
    published=NOW - timedelta(days=1),
)
STATED = replace(TIDE, abstract="We forecast floods. Code: https://github.com/mkessler/TideNet.")


def repository(path: str, readme: str | None = None, **more: object) -> RepositoryRecord:
    owner, name = path.split("/")
    made = RepositoryRecord(
        source="github",
        key=f"github.com/{path}".lower(),
        url=f"https://github.com/{path}",
        owner=owner,
        name=name,
    )
    return replace(made, readme=readme, **more)  # type: ignore[arg-type]


def keep(session: Session, *records: Record, at: datetime = NOW) -> None:
    page = Page(source="test", url="https://x.example", fetched_at=at, terms="t", records=records)
    save_page(session, page, suppressor=Suppressor(b"k" * 32))


def links(session: Session) -> dict[str, tuple[str, float]]:
    rows = session.execute(
        select(Repository.key, Implementation.kind, Implementation.probability).join(
            Implementation, Implementation.repository_id == Repository.id
        )
    )
    return {row.key: (row.kind, round(row.probability, 2)) for row in rows}


def later(hours: int) -> datetime:
    return NOW + timedelta(hours=hours)


def test_a_stated_repository_is_linked_and_asked_about(session: Session) -> None:
    keep(session, STATED)
    resolve_implementations(session, later(1))
    assert links(session)["github.com/mkessler/tidenet"][0] == "official"
    plan = plan_fetches(session, later(1))
    assert plan.repositories == ("github.com/mkessler/tidenet",)
    assert (plan.searches, plan.pages) == ((), ())


def test_an_address_stands_as_printed_until_its_host_has_nothing_there(session: Session) -> None:
    keep(session, STATED, repository("mkessler/TideNet-v2"))
    resolve_implementations(session, later(1))
    assert set(links(session)) == {"github.com/mkessler/tidenet"}
    gone = repository("mkessler/TideNet", status=RepositoryStatus.MISSING)
    keep(session, gone, at=later(2))
    resolve_implementations(session, later(3))
    assert set(links(session)) == {"github.com/mkessler/tidenet-v2"}


def test_a_second_pass_over_the_same_state_changes_nothing(session: Session) -> None:
    keep(session, STATED)
    resolve_implementations(session, later(1))
    before = session.execute(
        select(Implementation.id, Implementation.first_seen, Implementation.evidence)
    ).all()
    done = resolve_implementations(session, later(2))
    assert done.kinds == {}
    assert (
        session.execute(select(Implementation.id, Implementation.first_seen, Implementation.evidence)).all()
        == before
    )


def test_links_follow_the_text_and_keep_their_first_day(session: Session) -> None:
    keep(session, STATED)
    resolve_implementations(session, later(1))
    keep(
        session,
        replace(STATED, comment="Models: https://github.com/mkessler/models", version=2),
        at=later(24),
    )
    resolve_implementations(session, later(25))
    assert set(links(session)) == {"github.com/mkessler/tidenet", "github.com/mkessler/models"}
    kept = session.scalars(select(Implementation).order_by(Implementation.id)).first()
    assert kept is not None
    assert (kept.first_seen, kept.last_seen) == (later(1), later(25))
    keep(session, replace(STATED, version=3), at=later(48))
    resolve_implementations(session, later(49))
    assert set(links(session)) == {"github.com/mkessler/tidenet"}


def test_another_source_s_text_counts_too(session: Session) -> None:
    keep(session, TIDE)
    keep(
        session,
        replace(
            STATED, source="pmlr", source_key="v9/kessler26a", url="https://pmlr.example/v9", arxiv_id="2611.00001",
            abstract="We forecast. Our code is at https://github.com/mkessler/TideNet.",
        ),
    )  # fmt: skip
    resolve_implementations(session, later(1))
    assert links(session)["github.com/mkessler/tidenet"][0] == "official"


def test_a_repository_that_turns_up_later_is_held_against_known_papers(session: Session) -> None:
    keep(session, TIDE)
    resolve_implementations(session, later(1))
    assert links(session) == {}
    keep(session, repository("mkessler/tn-code", f"# TN\nOfficial code of *{TIDE.title}*."), at=later(2))
    resolve_implementations(session, later(3))
    assert links(session)["github.com/mkessler/tn-code"][0] == "official"


def test_somebody_else_s_implementation_becomes_a_third_party_link(session: Session) -> None:
    keep(session, STATED)
    readme = (
        f"# tidenet-jax\nUnofficial JAX implementation of [{TIDE.title}](https://arxiv.org/abs/2611.00001)."
    )
    keep(session, repository("quietcoder/tidenet-jax", readme), at=later(1))
    resolve_implementations(session, later(2))
    found = links(session)
    assert found["github.com/quietcoder/tidenet-jax"][0] == "third_party"
    assert found["github.com/mkessler/tidenet"][0] == "official"


def test_a_list_of_papers_is_no_implementation(session: Session) -> None:
    keep(session, TIDE)
    entries = "".join(f"- [Paper {n}](https://arxiv.org/abs/2611.{n:05d})\n" for n in range(1, 30))
    keep(session, repository("curator/awesome-floods", "# Awesome Floods\n" + entries), at=later(1))
    resolve_implementations(session, later(2))
    assert links(session) == {}


def test_a_renamed_repository_moves_its_link(session: Session) -> None:
    keep(session, STATED)
    resolve_implementations(session, later(1))
    moved = repository("mkessler/tidenet2", redirected_from=("github.com/mkessler/tidenet",))
    keep(session, moved, at=later(2))
    resolve_implementations(session, later(3))
    assert set(links(session)) == {"github.com/mkessler/tidenet2"}


def test_a_dead_link_weighs_less(session: Session) -> None:
    keep(session, STATED)
    resolve_implementations(session, later(1))
    alive = links(session)["github.com/mkessler/tidenet"][1]
    keep(session, repository("mkessler/TideNet", status="missing"), at=later(2))
    resolve_implementations(session, later(3))
    assert links(session)["github.com/mkessler/tidenet"][1] < alive


def evidence(session: Session) -> str:
    return " · ".join(one["text"] for one in session.scalars(select(Implementation.evidence)).one())


def test_a_stated_repository_that_never_was_there_is_a_mention_that_is_asked_for_ever_more_rarely(
    session: Session,
) -> None:
    key = "github.com/mkessler/tidenet"
    nothing = RepositoryRecord(
        source="github", key=key, url=f"https://{key}", status=RepositoryStatus.MISSING
    )
    keep(session, STATED)
    resolve_implementations(session, NOW)
    asked = []
    for day in range(100):
        now = later(24 * day)
        if key in plan_fetches(session, now).repositories:
            asked.append(day)
            keep(session, nothing, at=now)
            resolve_implementations(session, now)
    assert asked == [0, 3, 6, 12, 24, 48, 96]
    assert links(session)[key] == ("mention", 0.05)
    assert "nothing there since 2026-11-10: its host answers that it is missing" in evidence(session)
    assert plan_fetches(session, later(24)).searches != ()  # it may be somewhere else
    keep(session, repository("mkessler/TideNet", "# TideNet"), at=later(24 * 192))
    resolve_implementations(session, later(24 * 192))
    assert links(session)[key][0] == "official"
    assert "nothing there" not in evidence(session)


def test_an_official_repository_that_vanished_says_since_when_and_must_show_itself_again(
    session: Session,
) -> None:
    key = "github.com/mkessler/tidenet"
    alive = repository("mkessler/TideNet", f"# {TIDE.title}", etag='W/"1"')
    keep(session, STATED, alive)
    resolve_implementations(session, later(1))
    gone = RepositoryRecord(source="github", key=key, url=f"https://{key}", status=RepositoryStatus.MISSING)
    for day in (8, 15):
        keep(session, gone, at=later(24 * day))
        resolve_implementations(session, later(24 * day))
    assert links(session)[key][0] == "official"
    assert "gone since 2026-11-18: its host answers that it is missing" in evidence(session)
    [shown] = show(session, session.scalars(select(Paper)).one())["repositories"]
    assert shown["gone_since"] == later(24 * 8)
    plan = plan_fetches(session, later(24 * 22))
    assert (plan.repositories, plan.etags) == ((key,), {})
    keep(session, alive, at=later(24 * 22))
    resolve_implementations(session, later(24 * 22))
    assert session.scalars(select(Repository.gone_since)).all() == [None]
    assert "gone since" not in evidence(session)


def test_a_promise_is_watched_until_code_is_stated(session: Session) -> None:
    keep(session, replace(TIDE, comment="Code will be released upon acceptance."))
    resolve_implementations(session, later(1))
    watch = session.scalars(select(CodeWatch)).one()
    assert watch.promise == "Code will be released upon acceptance."
    plan = plan_fetches(session, watch.next_check)
    assert plan.arxiv_ids == ("2611.00001",)
    assert plan.searches == (f'"{TIDE.title}" in:readme,description,name',)
    save_fetched(session, plan, watch.next_check)
    assert session.scalars(select(CodeWatch.checks)).one() == 1
    keep(session, replace(STATED, version=2), at=later(100))
    resolve_implementations(session, later(101))
    assert session.scalars(select(CodeWatch)).all() == []


def test_a_repository_that_is_only_promised_is_linked_and_watched(session: Session) -> None:
    text = "Code will be released at https://github.com/mkessler/TideNet."
    keep(session, replace(TIDE, abstract=text))
    resolve_implementations(session, later(1))
    assert links(session)["github.com/mkessler/tidenet"][0] == "official"
    watch = session.scalars(select(CodeWatch)).one()
    keep(session, repository("mkessler/TideNet", "# TideNet\nComing soon.", etag='W/"1"'), at=later(2))
    plan = plan_fetches(session, watch.next_check)
    assert plan.repositories == ("github.com/mkessler/tidenet",)
    assert plan.etags == {"github.com/mkessler/tidenet": 'W/"1"'}


def test_linking_anew_does_not_begin_the_wait_for_an_empty_repository_anew(session: Session) -> None:
    keep(session, STATED, repository("mkessler/TideNet", "# TideNet"))
    resolve_implementations(session, later(1))
    empty = Assessment(
        subject_kind=SubjectKind.REPOSITORY, subject_id="github.com/mkessler/tidenet", axis=Axis.CODE_QUALITY,
        scorer="code_quality", scorer_version="1", status=AssessmentStatus.INSUFFICIENT, reason="no code yet",
    )  # fmt: skip
    save_assessments(session, [empty], now=later(2))
    save_watches(session, later(2))
    watch = session.scalars(select(CodeWatch)).one()
    save_looked(session, [watch.paper_id], watch.next_check)
    looked = watch.checks, watch.next_check
    keep(session, repository("mkessler/TideNet", "# TideNet\nComing soon."), at=later(100))
    assert resolve_implementations(session, later(101)).watched == {watch.paper_id}
    save_watches(session, later(102))
    session.expire_all()
    [watch] = session.scalars(select(CodeWatch))
    assert (watch.checks, watch.next_check) == looked

    session.delete(watch)  # given up after three years
    session.commit()
    keep(session, repository("mkessler/TideNet", "# TideNet\nSoon, soon."), at=later(24 * 1200))
    assert resolve_implementations(session, later(24 * 1201)).watched == set()
    assert session.scalars(select(CodeWatch)).all() == []


def test_issues_are_wanted_of_implementations_that_have_any_and_only_with_a_token(session: Session) -> None:
    mention = "We build on https://github.com/floods/gauges."
    keep(
        session,
        replace(STATED, comment=mention),
        repository("mkessler/TideNet", "# TideNet", etag='W/"1"', has_issues=True),
        repository("floods/gauges", "# Gauges", etag='W/"2"', has_issues=True),
    )
    resolve_implementations(session, later(1))
    official, other = "github.com/mkessler/tidenet", "github.com/floods/gauges"
    assert {key: kind for key, (kind, _) in links(session).items()} == {
        official: "official",
        other: "mention",
    }
    due = later(24 * 8)
    plan = plan_fetches(session, due)
    assert official in plan.repositories
    assert plan.issues == {official: ""}
    # Never read, so the description is not merely confirmed: that would bring no issues.
    assert official not in plan.etags
    keep(
        session,
        repository("mkessler/TideNet", etag='W/"3"', has_issues=True, issues_outside=0, issues_etag='W/"i"'),
    )
    plan = plan_fetches(session, due)
    assert (plan.issues, plan.etags[official]) == ({official: 'W/"i"'}, 'W/"3"')
    assert plan_fetches(session, due, limits=ANONYMOUS).issues == {}
    keep(session, repository("mkessler/TideNet", has_issues=False))
    assert plan_fetches(session, due).issues == {}


def test_searches_are_a_last_resort_within_a_budget(session: Session) -> None:
    nameless = replace(
        TIDE, source_key="2611.00002", arxiv_id="2611.00002", url="https://arxiv.org/abs/2611.00002",
        title="On the Tides of Small Ponds and Their Neglect",
    )  # fmt: skip
    elsewhere = replace(
        STATED, source_key="2611.00003", arxiv_id="2611.00003", title="RiverFormer: Gauges as Tokens"
    )
    keep(session, nameless, TIDE, elsewhere)
    resolve_implementations(session, later(1))
    plan = plan_fetches(session, later(1), limits=FetchLimits(searches=1))
    assert plan.searches == (search_query(TIDE),)  # a coined name is likelier to be found
    save_fetched(session, plan, later(1))
    assert plan_fetches(session, later(2)).searches == (search_query(nameless),)
    assert plan_fetches(session, later(2), search=False).searches == ()
    assert plan_fetches(session, later(24 * 30)).searches == ()


def test_a_long_title_makes_a_short_query() -> None:
    assert len(search_query(replace(TIDE, title="Very long words " * 60))) <= 256
    assert (
        search_query(replace(TIDE, title='A "quoted" name')) == '"A quoted name" in:readme,description,name'
    )


def test_project_pages_are_read_once(session: Session) -> None:
    page = "https://tidenet.example.org"
    keep(session, replace(TIDE, comment=f"Project page: {page}"))
    resolve_implementations(session, later(1))
    (asked,) = plan_fetches(session, later(1)).pages
    assert (asked["url"], asked["arxiv_id"]) == (page, "2611.00001")
    answer = replace(
        TIDE, source="project_pages", source_key="tidenet.example.org", url=page, authors=(), abstract=None
    )
    keep(session, answer, at=later(2))
    assert plan_fetches(session, later(3)).pages == ()
    found = replace(answer, code_urls=("https://github.com/mkessler/tn",))
    keep(session, found, at=later(4))
    resolve_implementations(session, later(5))
    assert links(session)["github.com/mkessler/tn"][0] == "official"


def test_a_withdrawn_or_merged_paper_is_left_alone(session: Session) -> None:
    keep(session, STATED)
    session.scalars(select(Paper)).one().withdrawn = True
    session.commit()
    assert resolve_implementations(session, later(1)).kinds == {}
