"""Personal data of every package in one place: what is held about a person, the ZIP of it, what erasure does.

Packages register exporters and erasers in `lms.core.registries`; here they are collected. The packages'
own rows are theirs to describe; this module describes those of `lms.accounts`, of `lms.core`'s mails and of
the libraries that keep accounts.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Outcome
from lms.accounts.models import Consent, Invitation, User
from lms.core.models import Job, OutboundMail
from lms.core.registries import PersonalData, register_personal_data, registries


@dataclass(frozen=True)
class Holding:
    """One kind of data held about a person, and what erasure would do with it."""

    model: str
    label: str
    rows: int
    outcome: str
    reason: str

    @property
    def outcome_label(self) -> str:
        return Outcome(self.outcome).label


def holdings_of(user: User) -> list[Holding]:
    """The decision table of erasure for this person: only kinds of which there are rows."""
    found = []
    for entry in registries.personal_data.values():
        rows = len(entry.export(user))
        if rows:
            found.append(_holding(entry, rows))
    return found


def export_archive(user: User) -> bytes:
    """Everything the platform holds about `user`: a ZIP with one JSON file per model and an index."""
    now = timezone.now()
    index: dict[str, Any] = {"person": user.email, "made_at": now, "files": {}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in registries.personal_data.values():
            rows = entry.export(user)
            if rows:
                name = f"{entry.model}.json"
                index["files"][name] = {"rows": len(rows), "what": str(_label(entry))}
                archive.writestr(name, _as_json(rows))
        archive.writestr("index.json", _as_json(index))
    return buffer.getvalue()


def erase_all(user: User) -> list[Holding]:
    """Run every eraser, those of the packages above first; the decision table as it was carried out."""
    carried_out = []
    for entry in reversed(list(registries.personal_data.values())):
        rows = len(entry.export(user))
        if not rows:
            continue
        if entry.erase:
            entry.erase(user)
        carried_out.append(_holding(entry, rows))
    return carried_out


def _holding(entry: PersonalData, rows: int) -> Holding:
    if not entry.kept:
        outcome = Outcome.ERASED
    else:
        outcome = Outcome.ANONYMISED if entry.erase else Outcome.KEPT
    return Holding(
        model=entry.model,
        label=str(_label(entry)),
        rows=rows,
        outcome=outcome,
        reason=str(entry.kept or ""),
    )


def _label(entry: PersonalData) -> Any:
    return apps.get_model(entry.model)._meta.verbose_name_plural


def _as_json(data: Any) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


# --- What this package, the mail queue and the account library hold ---------------------------


def _export_user(user: User) -> list[dict]:
    return [
        {
            "email": user.email,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "display_name": user.display_name,
            "language": user.language,
            "tax_code": user.tax_code,
            "roles": sorted(user.groups.values_list("name", flat=True)),
            "date_joined": user.date_joined,
            "last_login": user.last_login,
        }
    ]


def _export_consents(user: User) -> list[dict]:
    return [
        {
            "kind": consent.text.kind,
            "version": consent.text.version,
            "title": consent.text.title,
            "text": consent.text.body,
            "given_at": consent.given_at,
            "withdrawn_at": consent.withdrawn_at,
        }
        for consent in Consent.objects.filter(user=user).select_related("text")
    ]


def _export_invitations(user: User) -> list[dict]:
    fields = ("email", "roles", "language", "created_at", "expires_at", "accepted_at", "revoked_at")
    return list(_invitations(user).values(*fields))


def _export_mails(user: User) -> list[dict]:
    fields = (
        "key",
        "kind",
        "recipient",
        "language",
        "template",
        "created_at",
        "sent_at",
        "skipped_at",
    )
    return list(_mails(user).values(*fields))


def _export_jobs(user: User) -> list[dict]:
    fields = ("kind", "status", "total", "done", "created_at", "finished_at")
    return list(Job.objects.filter(started_by_id=user.pk).values(*fields))


def _invitations(user: User):
    return Invitation.objects.filter(email__iexact=user.email) | Invitation.objects.filter(
        accepted_by=user
    )


def _mails(user: User):
    return OutboundMail.objects.filter(recipient__iexact=user.email)


def _of_the_user(model: str, *fields: str) -> PersonalData:
    """Rows of a library that are the person's own and go with them."""

    def rows(user: User) -> QuerySet:
        return apps.get_model(model)._default_manager.filter(user=user)

    return PersonalData(
        model,
        export=lambda user: list(rows(user).values(*fields)),
        erase=lambda user: rows(user).delete()[0],
    )


def register() -> None:
    """In the order of the line; erasure runs from the end, so the person's own row comes last."""
    register_personal_data(
        # `erase_person` itself empties the row: others point at it.
        PersonalData("accounts.User", _export_user, None, "")
    )
    register_personal_data(_of_the_user("account.EmailAddress", "email", "verified", "primary"))
    register_personal_data(_of_the_user("mfa.Authenticator", "type", "created_at", "last_used_at"))
    register_personal_data(
        _of_the_user("wagtailusers.UserProfile", "preferred_language", "current_time_zone")
    )
    register_personal_data(
        PersonalData(
            "accounts.Consent",
            _export_consents,
            None,
            _(
                "They prove what you agreed to and until when; they stay tied to the emptied account."
            ),
        )
    )
    register_personal_data(
        PersonalData(
            "accounts.Invitation", _export_invitations, lambda user: _invitations(user).delete()[0]
        )
    )
    register_personal_data(
        PersonalData("core.OutboundMail", _export_mails, lambda user: _mails(user).delete()[0])
    )
    register_personal_data(
        PersonalData(
            "core.Job",
            _export_jobs,
            lambda user: Job.objects.filter(started_by_id=user.pk).update(started_by_id=None),
        )
    )
