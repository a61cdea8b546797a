"""The digest by mail, through an SMTP server on loopback."""

import base64
import socketserver
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from invented_people import ROLE, Invented
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.candidates import load_candidates
from db.schema import AuditEvent
from sourcing.app import App, open_app
from sourcing.deliver import mail_digest
from sourcing.digest import News, Section, verdict_sheet
from sourcing.export import from_csv
from sourcing.failure import Failure
from sourcing.mail import check_mail, digest_message, send_message
from sourcing.settings import load_settings
from sourcing.settings.model import MailSettings

NOW = datetime(2026, 11, 23, 5, tzinfo=UTC)
PASSWORD = "a long secret"


class Postbox(socketserver.ThreadingTCPServer):
    """Takes mail as RFC 5321 says, without TLS; ``refused`` addresses get 550, a wrong password 535."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.messages: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.refused: set[str] = set()
        self.logins: list[str] = []


class _Talk(socketserver.StreamRequestHandler):
    server: Postbox

    def handle(self) -> None:
        self.say("220 postbox.example ready")
        while line := self.rfile.readline().decode("ascii").strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self.say("250-postbox.example\r\n250-AUTH PLAIN\r\n250 8BITMIME")
            elif verb == "AUTH":
                said = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                self.server.logins.append(said[1])
                self.say("235 welcome" if said[2] == PASSWORD else "535 wrong password")
            elif verb == "RCPT":
                address = line.partition("<")[2].rstrip(">")
                if address in self.server.refused:
                    self.say("550 nobody of that name")
                else:
                    self.server.recipients.append(address)
                    self.say("250 fine")
            elif verb == "DATA":
                self.say("354 go on")
                self.server.messages.append(self.read_message())
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def read_message(self) -> EmailMessage:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return message_from_bytes(b"".join(lines), policy=policy.default)  # type: ignore[return-value]

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with Postbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def mail_settings(postbox: Postbox, **changes: object) -> MailSettings:
    fields: dict[str, object] = {
        "host": "127.0.0.1", "port": postbox.server_address[1], "security": "none",
        "sender": "sourcing@recruiters.example", "to": ("rita@recruiters.example", "hugo@recruiters.example"),
    }  # fmt: skip
    return MailSettings(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def sections(session: Session) -> list[Section]:
    invented = Invented(session)
    people = [invented.person(name) for name in ("Ada Quill", "Zoë Renn")]
    invented.ranked(*people)
    session.commit()
    shown = load_candidates(session, ROLE, [one.id for one in people], now=NOW)
    return [Section(role=ROLE, title="ML researcher", news=[News(one) for one in shown], ranked=7)]


@pytest.mark.parametrize(
    ("again", "again_of", "subject"),
    [
        ((None, "a decision"), None, "1 new candidate, 1 with new evidence"),
        (("code has appeared", "a decision"), None, "2 candidates with new evidence"),
        ((None, "a decision"), NOW, "Again: 2 candidates"),
    ],
)
def test_the_subject_calls_nobody_new_who_was_shown_before(
    sections: list[Section], again: tuple[str | None, str | None], again_of: datetime | None, subject: str
) -> None:
    news = [News(one.candidate, said) for one, said in zip(sections[0].news, again, strict=True)]
    told = [replace(sections[0], news=news, again_of=again_of)]
    message = digest_message(told, "", "", sender="a@b.example", to=("c@d.example",), now=NOW)
    assert message["Subject"] == f"{subject}, 23 November 2026"


def test_the_digest_comes_whole_with_the_names_in_plain_text(
    postbox: Postbox, sections: list[Section]
) -> None:
    settings = mail_settings(postbox)
    html = "<!doctype html><title>Neu: Zoë</title>\n.\n" + "x" * 3000
    sheet = verdict_sheet(sections)
    message = digest_message(sections, html, sheet, sender=settings.sender, to=settings.to, now=NOW)
    send_message(message, settings, {})
    [got] = postbox.messages
    assert got["Subject"] == "2 new candidates, 23 November 2026"
    first = NOW.replace(month=12, day=1)
    next_week = digest_message(sections[:1], html, sheet, sender=settings.sender, to=settings.to, now=first)
    assert next_week["Subject"] == "2 new candidates, 1 December 2026"
    assert postbox.recipients == list(settings.to)
    body = got.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "ML researcher: 2 new of 7 ranked" in text
    assert "Zoë Renn" in text
    attached, to_fill_in = got.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("digest-2026-11-23.html", "text/html")
    assert attached.get_content().replace("\r\n", "\n").rstrip("\n") == html
    assert (to_fill_in.get_filename(), to_fill_in.get_content_type()) == (
        "verdicts-2026-11-23.csv",
        "text/csv",
    )
    header, rows = from_csv(to_fill_in.get_content())
    assert header == ["candidate_id", "full_name", "role", "verdict", "note"]
    assert [(row["full_name"], row["role"], row["verdict"]) for row in rows] == [
        ("Ada Quill", ROLE, ""),
        ("Zoë Renn", ROLE, ""),
    ]


def test_who_logs_in_needs_the_password_and_it_is_never_shown(
    postbox: Postbox, sections: list[Section]
) -> None:
    settings = mail_settings(postbox, user="rita")
    message = digest_message(sections, "<p>", "", sender=settings.sender, to=settings.to, now=NOW)
    send_message(message, settings, {"SOURCING_SMTP_PASSWORD": PASSWORD})
    assert postbox.logins[-1] == "rita"
    with pytest.raises(Failure, match=r"refuses \[mail\] user and \$SOURCING_SMTP_PASSWORD") as failed:
        send_message(message, settings, {"SOURCING_SMTP_PASSWORD": "guess of mine"})
    assert "guess" not in str(failed.value)
    assert len(postbox.messages) == 1


def test_a_refused_address_and_a_server_that_is_away_are_one_sentence(
    postbox: Postbox, sections: list[Section]
) -> None:
    settings = mail_settings(postbox)
    message = digest_message(sections, "<p>", "", sender=settings.sender, to=settings.to, now=NOW)
    postbox.refused = {"hugo@recruiters.example"}
    with pytest.raises(Failure, match=r"took the digest, but not for hugo@recruiters\.example"):
        send_message(message, settings, {})
    postbox.refused = set(settings.to)
    with pytest.raises(Failure, match="takes no mail for hugo@"):
        send_message(message, settings, {})
    with pytest.raises(Failure, match=r"could not be mailed through 127\.0\.0\.1:9: "):
        send_message(message, mail_settings(postbox, port=9), {})
    with pytest.raises(Failure, match="STARTTLS"):  # never in the clear where TLS was asked for
        send_message(message, mail_settings(postbox, security="starttls"), {})
    assert len(postbox.messages) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"host": ""}, r"--mail needs \[mail\] host"),
        ({"to": (), "sender": ""}, r"--mail needs \[mail\] sender and \[mail\] to"),
        ({"security": "ssl"}, "it may be starttls, tls, none"),
        ({"user": "rita"}, r"no password in \$SOURCING_SMTP_PASSWORD"),
        ({"host": "mail.recruiters.example"}, "in the clear to mail.recruiters.example"),
    ],
)
def test_what_is_missing_or_unsafe_is_said_before_anything_is_done(
    postbox: Postbox, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(Failure, match=said) as failed:
        check_mail(mail_settings(postbox, **changes), {})
    assert failed.value.code == 2


@pytest.fixture
def app(postbox: Postbox, tmp_path: Path) -> Iterator[App]:
    text = (
        f'[database]\nurl = "sqlite:///{tmp_path}/test.db"\n[mail]\nhost = "127.0.0.1"\nsecurity = "none"\n'
        f'port = {postbox.server_address[1]}\nsender = "s@recruiters.example"\nto = ["rita@recruiters.example"]\n'
    )
    opened = open_app(load_settings(None, text=text, environ={}), clock=lambda: NOW)
    opened.console.quiet = True
    yield opened
    opened.close()


def test_nobody_who_writes_waits_for_the_mail_server(
    app: App, sections: list[Section], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = []

    def slowly(message: EmailMessage, *_: object) -> None:
        with closing(sqlite3.connect(tmp_path / "test.db", timeout=0)) as colleague:
            colleague.execute("BEGIN IMMEDIATE")
        sent.append(message)

    monkeypatch.setattr("sourcing.mail.send_message", slowly)
    with app.session(writing=True) as session:
        mail_digest(app, session, sections)
    assert len(sent) == 1


def test_a_mailed_digest_is_in_the_log_and_nobody_is_mailed_about_nobody(
    app: App, postbox: Postbox, sections: list[Section], session: Session
) -> None:
    mail_digest(app, session, [Section(role=ROLE, title="ML researcher", news=[], ranked=7)])
    assert postbox.messages == []
    mail_digest(app, session, sections)
    assert len(postbox.messages) == 1
    page = next(iter(postbox.messages[0].iter_attachments())).get_content()
    assert "<script" not in page
    assert "verdicts-2026-11-23.csv, which came with this page" in page
    [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "mail"))
    assert event.details["to"] == ["rita@recruiters.example"]
    assert len(event.details["people"]) == 2
