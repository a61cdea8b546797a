"""The implementations stage: what new papers say about code becomes links."""

from __future__ import annotations

from sqlalchemy import select

from db.payload import from_payload, to_payload
from db.records import PaperRecord
from db.schema import Implementation, Paper, RecordRow
from db.store.repositories import ensure_repository
from db.store.upsert import upsert
from sourcing.app import App
from sourcing.implementations.links import find_links
from sourcing.runs import OpenRun, stage


def implementations_stage(app: App, run: OpenRun) -> None:
    """Link every paper whose text was not looked at yet to the repositories that it states."""
    with stage(app, run, "implementations") as counts, app.session() as session:
        now, links = app.now(), 0
        papers = session.scalars(
            select(Paper).where(Paper.links_checked.is_distinct_from(Paper.text_hash))
        ).all()
        for paper in papers:
            paper.links_checked = paper.text_hash
            payloads = session.scalars(
                select(RecordRow.payload).where(RecordRow.paper_id == paper.id).order_by(RecordRow.id)
            )
            for link in (one for each in payloads for one in find_links(from_payload(PaperRecord, each))):
                repository = ensure_repository(session, link.repository_key, now)
                row = {
                    "paper_id": paper.id,
                    "repository_id": repository.id,
                    "kind": str(link.kind),
                    "probability": link.probability,
                    "evidence": [to_payload(one) for one in link.evidence],
                    "subdirectory": link.subdirectory,
                    "first_seen": now,
                    "last_seen": now,
                }
                upsert(session, Implementation, [row], key=("paper_id", "repository_id"))
                links += 1
        session.commit()
        counts["papers"], counts["links"] = len(papers), links
