"""Sending the digest through the user's own SMTP server (RFC 5321, RFC 8314)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from ipaddress import ip_address
from typing import TYPE_CHECKING

from sourcing.digest.verdicts import sheet_name
from sourcing.export.csv_file import BOM
from sourcing.failure import ExitCode, Failure
from sourcing.terminal import counted

if TYPE_CHECKING:
    from datetime import datetime

    from sourcing.digest import Section
    from sourcing.settings.model import MailSettings

TIMEOUT_S = 30.0
SECURITIES = ("starttls", "tls", "none")


def check_mail(settings: MailSettings, environ: Mapping[str, str]) -> None:
    """Raise :class:`Failure` with what is missing or unsafe in ``[mail]``, before anything is written."""
    missing = [name for name in ("host", "sender", "to") if not getattr(settings, name)]
    if missing:
        raise Failure(f"--mail needs {' and '.join(f'[mail] {one}' for one in missing)}", ExitCode.USAGE)
    if settings.security not in SECURITIES:
        raise Failure(
            f"[mail] security is {settings.security!r}; it may be {', '.join(SECURITIES)}", ExitCode.USAGE
        )
    if settings.user and not environ.get(settings.password_env):
        raise Failure(f"[mail] user is set, but no password in ${settings.password_env}", ExitCode.USAGE)
    if settings.security == "none" and not _is_this_machine(settings.host):
        raise Failure(
            f'[mail] security = "none" would send people\'s names in the clear to {settings.host}',
            ExitCode.USAGE,
        )


def digest_message(
    sections: Sequence[Section], html: str, sheet: str, *, sender: str, to: Sequence[str], now: datetime
) -> EmailMessage:
    """The digest as a message: who is new as plain text, the digest itself and the sheet for verdicts as attachments.

    Mail programs strip styles and drawings out of HTML bodies, so the file comes whole, to be opened in a browser.
    ``sheet`` is a CSV; it goes with a byte order mark, as people open it in a spreadsheet.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["Subject"] = f"{_subject(sections)}, {now.day} {now:%B %Y}"
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain="sourcing.invalid")
    message.set_content(as_text(sections))
    message.add_attachment(html, subtype="html", filename=f"digest-{now:%Y-%m-%d}.html")
    message.add_attachment(f"{BOM}{sheet}", subtype="csv", filename=sheet_name(now))
    return message


def _subject(sections: Sequence[Section]) -> str:
    """How many are new, and how many were shown before and are back with new evidence."""
    news = [one for section in sections if section.again_of is None for one in section.news]
    new = {one.candidate.row_id for one in news if one.again is None}
    back = {one.candidate.row_id for one in news} - new
    if new:
        return counted(len(new), "new candidate") + (f", {len(back):,} with new evidence" if back else "")
    if back:
        return f"{counted(len(back), 'candidate')} with new evidence"
    people = {one.candidate.row_id for section in sections for one in section.news}
    return f"Again: {counted(len(people), 'candidate')}"


def as_text(sections: Sequence[Section]) -> str:
    """The digest in lines of text: for each role, place, name, score with interval, and why."""
    lines = []
    for section in sections:
        lines += [f"{section.title}: {section.said}", ""]
        for one in section.news:
            person = one.candidate
            lines.append(
                f"{person.rank}. {person.full_name} ({person.candidate_id}), {person.score or 0:.0f}"
                f" ({person.low or 0:.0f}-{person.high or 0:.0f})"
            )
            if one.again:
                lines.append(f"   Shown before; now: {one.again}")
            lines += [f"   {person.why}", ""]
    lines += [
        "The attached page shows the evidence. Read the work before you write to its author.",
        "Write yes, maybe or no into the attached sheet and send it back: “sourcing import stages” takes it in.",
    ]
    return "\n".join(lines) + "\n"


def send_message(message: EmailMessage, settings: MailSettings, environ: Mapping[str, str]) -> None:
    """Hand a message to the server of ``[mail]``. Raises :class:`Failure` in one sentence, without the password."""
    where = f"{settings.host}:{settings.port}"
    context = ssl.create_default_context()
    try:
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, timeout=TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
        with server:
            if settings.security == "starttls":
                server.starttls(context=context)
            if settings.user:
                server.login(settings.user, environ[settings.password_env])
            refused = server.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise Failure(
            f"{where} refuses [mail] user and ${settings.password_env} ({error.smtp_code})"
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        raise Failure(f"{where} takes no mail for {', '.join(sorted(error.recipients))}") from error
    except (smtplib.SMTPException, OSError) as error:
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise Failure(f"the digest could not be mailed through {where}: {said}") from error
    if refused:
        raise Failure(f"{where} took the digest, but not for {', '.join(sorted(refused))}")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
