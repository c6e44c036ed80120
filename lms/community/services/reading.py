from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lms.cohorts.models import Enrolment
from lms.community.models import AnnouncementMark


def mark_announcements_read(
    *, enrolment: Enrolment, until: datetime | None = None, at: datetime | None = None
) -> AnnouncementMark:
    """What was published up to `until` has been read; the mark only moves forward, and never past now.

    Reading is no deed: it is not in the audit log.
    """
    at = at or timezone.now()
    until = min(until or at, at)
    with transaction.atomic():
        mark, _made = AnnouncementMark.objects.get_or_create(
            enrolment=enrolment, defaults={"read_until": until}
        )
        AnnouncementMark.objects.filter(pk=mark.pk, read_until__lt=until).update(
            read_until=until, updated_at=at
        )
    mark.refresh_from_db()
    return mark
