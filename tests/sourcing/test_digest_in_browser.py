"""The digest in headless Chromium: seen in both themes and at phone width, asking nobody for anything."""

import base64
import hashlib
import json
import re
import shutil
import socketserver
import subprocess
import threading
import zlib
from collections.abc import Iterator
from datetime import timedelta
from html import escape, unescape
from pathlib import Path

import pytest
from invented_people import NOW, ROLE, Invented
from sqlalchemy.orm import Session

from db.queries.candidates import load_candidates
from db.records import Axis
from db.schema import Run, RunSource
from sourcing.digest import News, Section, render
from sourcing.digest.verdicts import COLUMNS
from sourcing.export import from_csv
from sourcing.imports.stages import read_stages

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; CI installs one (make browser)")

# What Chromium asks of its maker by itself, whatever the page.
ITS_OWN = re.compile(rb"google|gstatic|gvt1|chromium")
# Chromium's window is at least 500 pixels wide, so a phone is a frame in it; one with its text inside may be asked.
FRAME = """<!doctype html><style>body{{margin:0}}iframe{{border:0;width:{width}px;height:2000px}}</style>
<iframe srcdoc="{page}"></iframe><script>onload=()=>{{const f=document.querySelector("iframe"),d=f.contentDocument,
s=d.documentElement;document.title=[s.scrollWidth,f.contentWindow.innerWidth,
f.contentWindow.getComputedStyle(d.body).backgroundColor,d.querySelectorAll("svg").length].join("|")}}</script>"""

# Somebody who ticks the first card, notes something on it and on the second, and saves.
SAVING = """<!doctype html><iframe srcdoc="{page}"></iframe><script>onload=()=>{{
const f=document.querySelector("iframe").contentWindow,d=f.document,q=(s)=>d.querySelectorAll(s),
state=()=>[d.querySelector("button").disabled,d.querySelector("[role=status]").textContent];
let made,name;f.Blob=function(parts){{made=parts.join("")}};f.URL.createObjectURL=()=>"#";
f.HTMLAnchorElement.prototype.click=function(){{name=this.download}};
const say=(input,text)=>{{input.value=text;input.dispatchEvent(new f.Event("input",{{bubbles:true}}))}};
const before=state();q("input[value=yes]")[0].click();
const notes=q("input[type=text]");say(notes[0],' =1+1, "quoted"');say(notes[1],"'-later");
const during=state();d.querySelector("button").click();
document.title=JSON.stringify({{before,during,name,sheet:made}})}}</script>"""


class Proxy(socketserver.ThreadingTCPServer):
    """Notes the first line of whatever is asked through it, and answers nothing."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Note)
        self.asked: list[bytes] = []


class _Note(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        self.server.asked.append(self.rfile.readline(500))


@pytest.fixture(scope="module")
def proxy() -> Iterator[Proxy]:
    with Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def page(session: Session, tmp_path: Path) -> Path:
    """A digest of six people with long names, hostile titles, and sources over three days."""
    invented = Invented(session)
    names = (
        "Ada Quill",
        "Bo <script>alert(1)</script> Renn",
        "Åsa von Långbroek-Featherstonehaugh of the Northern Isles",
    )
    people = [invented.person(name, affiliation="Fjord Institute & Sons") for name in names]
    for place, one in enumerate(people):
        invented.paper(
            one, title="Antidisestablishmentarianism" * 4 + ' "/><img src="https://tracker.example/x.png">',
            primary_category=("cs.LG", "stat.ML", "cs.CL")[place],
        )  # fmt: skip
    invented.ranked(*people, axes={"originality": 70.0, "code_quality": 45.0})
    invented.score("paper", "arXiv:2611.00004", Axis.ORIGINALITY, 70.0)
    for day in range(3):
        run = Run(
            verb="nightly", arguments={}, started_at=NOW - timedelta(days=day), status="done", counts={}
        )
        session.add(run)
        session.flush()
        for source, new in (("arxiv", 40 + day), ("openreview", 7 * day)):
            session.add(
                RunSource(
                    run_id=run.id,
                    source=source,
                    status="done",
                    new=new,
                    warnings={},
                    error=None,
                    updated_at=NOW,
                )
            )
    session.commit()
    shown = load_candidates(session, ROLE, [one.id for one in people], now=NOW)
    news = [
        News(one, "code has appeared: github.com/quill/tides" if place == 0 else None)
        for place, one in enumerate(shown)
    ]
    html = render(session, [Section(role=ROLE, title="ML researcher", news=news, ranked=7)], now=NOW)
    path = tmp_path / "digest.html"
    path.write_text(html, "utf-8")
    return path


def chromium(proxy: Proxy, page: Path, *flags: str, dark: bool) -> tuple[str, str]:
    """Stdout and stderr of one look at a page."""
    assert CHROMIUM is not None
    words = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-sync", "--disable-background-networking", "--disable-component-update", "--disable-default-apps",
        "--disable-extensions",
        "--disable-dev-shm-usage", "--enable-logging=stderr", f"--user-data-dir={page.parent / 'profile'}",
        f"--proxy-server=127.0.0.1:{proxy.server_address[1]}", "--proxy-bypass-list=<-loopback>",
        "--window-size=1000,2000", f"--blink-settings=preferredColorScheme={0 if dark else 1}", *flags, page.as_uri(),
    ]  # fmt: skip
    looked = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert looked.returncode == 0, looked.stderr[-2000:]
    return looked.stdout, looked.stderr


def pixels(png: bytes) -> bytes:
    """The scan lines of a PNG (RFC 2083), filters left on: enough to tell a drawing from a blank page."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    data, place = b"", 8
    while place < len(png):
        size = int.from_bytes(png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            data += png[place + 8 : place + 8 + size]
        place += 12 + size
    return zlib.decompress(data)


@pytest.mark.parametrize(
    ("width", "dark"), [(1000, False), (1000, True), (390, False)], ids=["light", "dark", "phone"]
)
def test_it_is_seen_fits_and_asks_nobody(proxy: Proxy, page: Path, width: int, dark: bool) -> None:
    shot, framed = page.with_name("shot.png"), page.with_name("framed.html")
    framed.write_text(FRAME.format(width=width, page=escape(page.read_text("utf-8"))), "utf-8")
    dom, said = chromium(proxy, framed, f"--screenshot={shot}", "--dump-dom", dark=dark)
    drawn = pixels(shot.read_bytes())
    assert len(set(drawn)) > 100
    assert len(drawn) - drawn.count(0) > 20_000
    assert "CONSOLE" not in said
    title = re.search(r"<title>([^<]*)</title>", dom)
    assert title is not None
    wide, inner, background, drawings = title[1].split("|")
    assert int(wide) <= int(inner) == width
    light = sum(map(int, re.findall(r"\d+", background)[:3])) > 380
    assert light is not dark
    assert int(drawings) == 3
    assert [line for line in proxy.asked if not ITS_OWN.search(line)] == []


def test_it_loads_nothing_and_lets_no_script_run_but_its_own(page: Path) -> None:
    html = page.read_text("utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'"
    )
    assert html.count("<script") == 1
    assert not re.search(r"<(?:img|link|iframe|object|embed|source|video|audio)\b", html)
    assert not re.search(r"url\(|@import|\bon\w+\s*=\s*\"", html)
    assert set(re.findall(r'\bsrc="([^"]*)"', html)) == set()


def test_verdicts_are_saved_as_a_sheet_that_comes_back(proxy: Proxy, page: Path, session: Session) -> None:
    """Ticked and noted in the page, saved by its button, read by ``import stages``: whatever the note says."""
    framed = page.with_name("framed.html")
    framed.write_text(SAVING.format(page=escape(page.read_text("utf-8"))), "utf-8")
    dom, said = chromium(proxy, framed, "--dump-dom", dark=False)
    assert "CONSOLE" not in said
    title = re.search(r"<title>([^<]*)</title>", dom)
    assert title is not None
    saved = json.loads(unescape(title[1]))
    assert saved["before"] == [True, "No verdict yet"]
    assert saved["during"] == [False, "2 of 3 cards have a verdict or a note"]
    assert saved["name"] == "verdicts-2026-11-20.csv"
    header, rows = from_csv(saved["sheet"])
    assert header == list(COLUMNS)
    assert [(row["verdict"], row["note"]) for row in rows] == [("yes", '=1+1, "quoted"'), ("", "'-later")]
    assert "\n'=1+1" not in saved["sheet"]
    assert '"\'=1+1, ""quoted"""' in saved["sheet"]
    found = read_stages(session, header, rows, now=NOW)
    assert found.ignored == ()
    assert [(one.kind, one.value, one.role) for one in found.changes] == [
        ("note", '=1+1, "quoted"', None), ("verdict", "yes", ROLE), ("note", "'-later", None),
    ]  # fmt: skip


def test_it_prints_on_few_pages_without_what_paper_cannot_do(proxy: Proxy, page: Path) -> None:
    paper = page.with_name("digest.pdf")
    chromium(proxy, page, f"--print-to-pdf={paper}", "--no-pdf-header-footer", dark=True)
    printed = paper.read_bytes()
    assert printed.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= 3


def test_it_can_be_heard_and_used_without_a_mouse(page: Path) -> None:
    html = page.read_text("utf-8")
    assert html.startswith('<!doctype html>\n<html lang="en">')
    assert re.findall(r"<h(\d)", html) == [*"1233322"]
    for drawing in re.findall(r"<svg[^>]*>", html):
        assert 'role="img"' in drawing
        assert re.search(r'aria-label="[^"]{20,}"', drawing)
    for landmark in ("<header ", "<nav aria-label=", "<main ", "<footer "):
        assert html.count(landmark) == 1, landmark
    assert html.index('href="#cards"') < html.index("<header")
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for wanted in (*re.findall(r'aria-labelledby="([^"]+)"', html), *re.findall(r'href="#([^"]+)"', html)):
        assert wanted in ids
    fields = re.findall(r"<input[^>]*>", html)
    assert len(re.findall(r"<label[^>]*>[^<]*<input[^>]*>", html)) == len(fields) == 3 * 5
    assert len(re.findall(r"<legend>Verdict<span[^>]*> on [^<]+</span></legend>", html)) == 3
