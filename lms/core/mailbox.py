"""The mailbox of a development machine: shows the mails that were written to var/mail instead of sent.

Answers 404 wherever `MAILBOX_ENABLED` is off. Reads files only, writes nothing.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import wraps
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# Django's file backend ends every message of a file with this line.
SEPARATOR = b"\n" + b"-" * 79 + b"\n"
SHOWN = 100
# The mail's own style and pictures, nothing else; links open in the whole window or a new one.
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@dataclass(frozen=True)
class Attachment:
    number: int
    name: str
    kind: str
    size: int


@dataclass(frozen=True)
class Mail:
    """One message: the file it stands in, its place there, and what it says."""

    name: str
    number: int
    message: EmailMessage
    attachments: tuple[Attachment, ...] = field(default=())

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def recipients(self) -> str:
        return ", ".join(str(self.message[name]) for name in ("To", "Cc") if self.message[name])

    @property
    def sent_at(self) -> datetime | None:
        return parsedate_to_datetime(self.message["Date"]) if self.message["Date"] else None

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain",))
        return part.get_content() if part else ""

    @property
    def html(self) -> str:
        part = self.message.get_body(("html",))
        return part.get_content() if part else ""


def development_only(view):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not settings.MAILBOX_ENABLED:
            raise Http404
        return view(request, *args, **kwargs)

    return never_cache(require_safe(guarded))


@development_only
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest mails first; `?q=` keeps those to an address or with a word in the subject."""
    wanted = request.GET.get("q", "").strip()[:100].lower()
    mails: list[Mail] = []
    for file in _files():
        mails += [
            mail
            for mail in reversed(_read(file))
            if wanted in f"{mail.recipients} {mail.subject}".lower()
        ]
        if len(mails) >= SHOWN:
            break
    return render(request, "core/mailbox.html", {"mails": mails[:SHOWN], "q": wanted})


@development_only
def message(request: HttpRequest, name: str, number: int) -> HttpResponse:
    return render(request, "core/mail.html", {"mail": _find(name, number)})


@development_only
def message_html(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The HTML part alone, for the frame: its own address, so that its own policy can be laxer."""
    html = _find(name, number).html
    if not html:
        raise Http404
    base = '<base target="_top">'
    html = re.sub(r"(<head[^>]*>)", rf"\1{base}", html, count=1) if "<head" in html else base + html
    response = HttpResponse(html)
    response["Content-Security-Policy"] = HTML_POLICY
    return response


@development_only
def attachment(request: HttpRequest, name: str, number: int, part: int) -> HttpResponse:
    mail = _find(name, number)
    parts = list(mail.message.iter_attachments())
    if part >= len(parts):
        raise Http404
    content = parts[part].get_payload(decode=True) or b""
    response = HttpResponse(content, content_type="application/octet-stream")
    filename = re.sub(r"[^\w.-]+", "-", mail.attachments[part].name)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _files() -> list[Path]:
    """The mail files, the newest first (their names begin with the time)."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    return sorted(folder.glob("*.log"), reverse=True) if folder.is_dir() else []


def _read(file: Path) -> list[Mail]:
    found = []
    # As bytes: a text part may be in any encoding, and its header says which.
    raws = (raw for raw in file.read_bytes().split(SEPARATOR) if raw.strip())
    for number, raw in enumerate(raws):
        parsed = message_from_bytes(raw, policy=policy.default)
        attachments = tuple(
            Attachment(
                position,
                part.get_filename() or f"allegato-{position + 1}",
                part.get_content_type(),
                len(part.get_payload(decode=True) or b""),
            )
            for position, part in enumerate(parsed.iter_attachments())
        )
        found.append(Mail(file.stem, number, parsed, attachments))
    return found


def _find(name: str, number: int) -> Mail:
    # Compared with the listing: a name from the address never becomes a path.
    file = next((file for file in _files() if file.stem == name), None)
    mails = _read(file) if file else []
    if number >= len(mails):
        raise Http404
    return mails[number]


urlpatterns = [
    path("", inbox, name="mailbox"),
    path("<slug:name>/<int:number>/", message, name="mailbox_message"),
    path("<slug:name>/<int:number>/html/", message_html, name="mailbox_html"),
    path("<slug:name>/<int:number>/<int:part>/", attachment, name="mailbox_attachment"),
]
