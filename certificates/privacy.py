"""What the register holds about a person; all of it is kept (domain: Personal data)."""

from django.utils.translation import gettext_lazy as _

from certificates.models import Certificate
from lms.core.registries import PersonalData, register_personal_data


def register() -> None:
    register_personal_data(
        PersonalData(
            "certificates.Certificate",
            export=_certificates,
            kept=_(
                "Certificates are kept, restricted, so that employers and offices can still verify the ones "
                "you have given them; the register has no gaps and no end date."
            ),
        )
    )


def _certificates(user) -> list[dict]:
    rows = Certificate.objects.filter(enrolment__user=user)
    return [
        {
            "number": row.label,
            "kind": row.kind,
            "status": row.status,
            "issued_at": row.issued_at.isoformat(),
            "verify": row.facts["verify_url"],
            "facts": row.facts,
            "evidence": row.evidence,
            "sha256": row.sha256,
        }
        for row in rows
    ]
