"""What every mail template is tried with: names that break careless code, and every fact that a mail may name.

A new template that asks for more fails `test_every_fact_of_a_mail_has_a_sample`: add it to `FACTS`, or to `OWN` if it
means something else there.
"""

from pathlib import Path

from django.conf import settings
from django.utils.safestring import mark_safe

from lms.accounts.mail import seal

NAME = "D'Amico-Šćepanović, O’Neill & 李娜"
ADDRESS = "https://cohub.example/qui"
SESSION = {
    "number": 7,
    "day": "29 marzo 2026",
    "time": "18:30–20:30",
    "mode": "ibrido",
    "room": "Aula «Ringhiera» & cortile",
}
ITEM = SESSION | {
    "course": "L'altra co-progettazione",
    "code": "MC-PROVA-2026-1",
    "topic": "Chi invitare & perché",
    "online": True,
    "path": "/it/edizioni/MC-PROVA-2026-1/",
    "title": "Quiz “L'ascolto”",
    "detail": "L'altra co-progettazione · MC-PROVA-2026-1",
}
FACTS = SESSION | {
    "name": NAME,
    "author": NAME,
    "course": "L'altra co-progettazione",
    "code": "MC-PROVA-2026-1",
    "starts": "30 marzo 2026",
    "closes": "29 marzo 2026",
    "days": 7,
    "count": 2,
    "changes": [SESSION | {"before": SESSION}, SESSION | {"number": 8, "before": SESSION}],
    "organisation": "Cooperativa L'Altra & Figli",
    "seats": 3,
    "place": "Sei al terzo posto in lista",
    "until": "31 marzo 2026",
    "remove_path": "/it/edizioni/interesse/via/",
    "path": "/it/edizioni/MC-PROVA-2026-1/",
    "url": "/admin/qui/",
    "verify_url": ADDRESS,
    "reason": "Non c'è posto & ci dispiace",
    "before": SESSION | {"day": "28 marzo 2026"},
    "attendance": True,
    "message": "L'ho letto <b>qui</b> & là.\nÈ vero?",
    "answer": "Sì, è vero: 2 < 3 & l'altro.\n\nA presto.",
    "title": "L'accoglienza & l'«altro»",
    "kind": "lezione",
    "content_language": "italiano",
    "comment": "Bello, ma l'inizio & la fine…",
    "remarks": [{"item": "Scopi", "answer": "no", "remark": "Non c'è l'«altro» & basta"}],
    "goes_live": "30 marzo 2026, 09:00",
    "action": "translate",
    "done": 12,
    "changed": 3,
    "refused": [{"title": "L'ascolto", "why": "non c'è"}],
    "items": [ITEM, ITEM | {"time": "20:45–21:45", "online": False}],
    "many": True,
    "plain": "Ciao a tutti, l'aula è un'altra & basta.",
    "html": mark_safe("<p>Ciao <strong>a tutti</strong>, l'aula è un'altra &amp; basta.</p>"),
    "text_language": "it",
    "corrected": True,
}
SEALED = {
    "email": "damico@example.org",
    "to_email": "damico@example.org",
    "from_email": "sćepanović@example.org",
    "deleted_email": "oneill@example.org",
    "activate_url": ADDRESS,
    "password_reset_url": ADDRESS,
    "signup_url": ADDRESS,
    "url": ADDRESS,
    "ip": "2001:db8::1",
    "user_agent": "Mozilla/5.0 (X11; Linux) & <b>",
    "happened_at": "2026-03-29T03:30:00+02:00",
    "expires_at": "2026-04-12T03:30:00+02:00",
    "invited_by": NAME,
    "roles": ["docente", "comitato"],
    "note": "C'è un posto & è tuo.",
    "course": "L'altra co-progettazione",
    "code": "MC-PROVA-2026-1",
    "starts": "30 marzo 2026",
    "path": "/it/edizioni/MC-PROVA-2026-1/",
    "organisation": "Cooperativa L'Altra & Figli",
    "until": "31 marzo 2026",
}
# Of some templates: facts of theirs that mean something else there.
OWN: dict[str, dict] = {}
# Parts of mails: what the others extend.
FRAMES = {"accounts/base", "accounts/notice"}


def templates() -> list[str]:
    """Every mail: whatever has a subject."""
    root = Path(settings.BASE_DIR) / "templates" / "emails"
    return sorted(
        str(path.relative_to(root)).removesuffix(".subject.txt")
        for path in root.rglob("*.subject.txt")
    )


def files() -> list[str]:
    """Every text and HTML part, so that none is without its subject."""
    root = Path(settings.BASE_DIR) / "templates" / "emails"
    return sorted(
        str(path.relative_to(root))
        for path in root.rglob("*/*")
        if path.suffix in (".txt", ".html") and ".subject" not in path.name
    )


def context_of(template: str) -> dict:
    return FACTS | {"sealed": seal(SEALED)} | OWN.get(template, {})
