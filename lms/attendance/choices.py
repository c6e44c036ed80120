from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SheetStatus(models.TextChoices):
    """The life of a sheet (domain, Attendance: “The register closes”)."""

    PLANNED = "planned", pgettext_lazy("register sheet", "Planned")
    OPEN = "open", pgettext_lazy("register sheet", "Open")
    SIGNED = "signed", pgettext_lazy("register sheet", "Signed")
    CLOSED = "closed", pgettext_lazy("register sheet", "Closed")


# The register was taken: who has no interval was absent.
TAKEN = [SheetStatus.OPEN, SheetStatus.SIGNED, SheetStatus.CLOSED]
# Nobody writes in it any more.
SEALED = [SheetStatus.SIGNED, SheetStatus.CLOSED]


class Source(models.TextChoices):
    """Where a presence comes from (domain, Attendance: “Minutes, not ticks”)."""

    TEACHER = "teacher", _("Teacher")
    QR = "qr", _("QR code")
    KIOSK = "kiosk", _("Kiosk")
    PLATFORM_LOG = "platform_log", _("Platform log")
    IMPORT = "import", _("Import")


class Channel(models.TextChoices):
    """The channel of a presence, not of the session (domain, Attendance: “Hybrid”)."""

    HOUSE = "house", _("In the house")
    REMOTE = "remote", _("Remote")


class ExcuseStatus(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("excuse", "Requested")
    APPROVED = "approved", pgettext_lazy("excuse", "Approved")
    DECLINED = "declined", pgettext_lazy("excuse", "Declined")


class State(models.TextChoices):
    """What a learner's row of a session says; always derived, never stored.

    The first eight are those of the domain; the others say why a row has none of them.
    """

    PRESENT = "presente", pgettext_lazy("attendance", "Present")
    ABSENT = "assente", pgettext_lazy("attendance", "Absent")
    EXCUSED = "assente_giustificato", pgettext_lazy("attendance", "Absent, excused")
    LATE = "ritardo", pgettext_lazy("attendance", "Late")
    EARLY = "uscita_anticipata", pgettext_lazy("attendance", "Left early")
    REMOTE = "a_distanza", pgettext_lazy("attendance", "Remote")
    EXEMPT = "esonerato", pgettext_lazy("attendance", "Exempt")
    MADE_UP = "recupero", pgettext_lazy("attendance", "Made up")
    PLANNED = "in_programma", pgettext_lazy("attendance", "Not recorded yet")
    CANCELLED = "annullato", pgettext_lazy("attendance", "Session cancelled")
    WITHDRAWN = "ritirato", pgettext_lazy("attendance", "Withdrawn")


class Mark(models.TextChoices):
    """What the teacher taps on a row of the register."""

    PRESENT = "present", pgettext_lazy("register", "Present")
    TIMES = "times", pgettext_lazy("register", "Times")
    ABSENT = "absent", pgettext_lazy("register", "Absent")
