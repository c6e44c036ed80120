from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Two documents, never one (domain: Certificates)."""

    ATTENDANCE = "frequenza", _("Certificate of attendance")
    MICROCREDENTIAL = "microcredenziale", _("Micro-credential")


class Status(models.TextChoices):
    ISSUED = "issued", pgettext_lazy("certificate", "Valid")
    SUPERSEDED = "superseded", pgettext_lazy("certificate", "Superseded")
    REVOKED = "revoked", pgettext_lazy("certificate", "Revoked")


class RevocationReason(models.TextChoices):
    """Why a certificate lost its value; the class is public, the note is not."""

    ISSUED_IN_ERROR = "issued_in_error", _("Issued in error")
    WRONG_FACTS = "wrong_facts", _("The facts were wrong")
    MISCONDUCT = "misconduct", _("Misconduct in the course or in the assessment")
    AT_REQUEST = "at_request", _("At the holder's request")
