"""What the public sees of cohorts: the state of a course's next edition, and those that are coming."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lms.accounts.models import User
from lms.cohorts.choices import EnrolmentStatus, Phase
from lms.cohorts.models import Cohort
from lms.cohorts.models.cohort import CohortQuerySet
from lms.core.dates import day_in_words
from lms.core.registries import CourseOffer, CourseUse

FEW_SEATS = 3


@dataclass(frozen=True, slots=True)
class PublicCohort:
    """An edition as the catalogue shows it: `label` in words, `tone` of the chip."""

    cohort: Cohort
    seats_left: int
    phase: str
    accepts: bool
    label: str
    tone: str

    @property
    def full(self) -> bool:
        return self.seats_left == 0


def upcoming_cohorts(
    keys: Iterable[UUID], day: datetime.date | None = None
) -> dict[UUID, list[PublicCohort]]:
    """Announced, open and running editions of courses, by translation key; one query. Drafts, those
    called off, over or in the archive are none.

    The one to look at first comes first: applications open with a free seat, then those to start (soonest
    first), then those running.
    """
    day = day or timezone.localdate()
    keys = list(keys)
    rows = (
        Cohort.objects.under_way(day)
        .filter(course__translation_key__in=keys)
        .select_related("course")
        .annotate(
            taken=Count(
                "enrolments", filter=Q(enrolments__status=EnrolmentStatus.ACTIVE), distinct=True
            ),
            meetings=Count("sessions", filter=Q(sessions__cancelled_at=None), distinct=True),
        )
        .order_by("starts_on", "code")
    )
    found: dict[UUID, list[PublicCohort]] = {key: [] for key in keys}
    for cohort in rows:
        found[cohort.course.translation_key].append(public_cohort(cohort, cohort.taken, day))
    for cohorts in found.values():
        cohorts.sort(key=_rank)
    return found


def course_offers(keys: Iterable[UUID]) -> dict[UUID, list[CourseOffer]]:
    """The coming editions of courses as the catalogue's filters ask for them; one query."""
    return {
        key: [
            CourseOffer(
                mode=item.cohort.mode,
                mode_label=item.cohort.get_mode_display(),
                starts_on=item.cohort.starts_on,
                free=item.accepts and not item.full,
                card=item,
            )
            for item in cohorts
        ]
        for key, cohorts in upcoming_cohorts(keys).items()
    }


def public_cohort(cohort: Cohort, taken: int, day: datetime.date | None = None) -> PublicCohort:
    """`taken` is the number of active enrolments; no query."""
    day = day or timezone.localdate()
    phase = cohort.phase_on(day)
    left = max(0, cohort.seats - taken)
    accepts = cohort.accepts_applications_on(day)
    label, tone = _words(cohort, phase, left, accepts, day)
    return PublicCohort(cohort, left, phase, accepts, label, tone)


def _words(
    cohort: Cohort, phase: str, left: int, accepts: bool, day: datetime.date
) -> tuple[str, str]:
    if phase == Phase.CANCELLED:
        return _("Cancelled cohort"), "bad"
    if phase == Phase.ARCHIVED:
        return _("Archived cohort"), "plain"
    if phase == Phase.FINISHED:
        return _("Finished cohort"), "plain"
    if accepts and not left:
        return _("All seats taken"), "plain"
    if accepts and left <= FEW_SEATS:
        text = ngettext("Last seat", "Last %(count)s seats", left) % {"count": left}
        return text, "bad"
    if accepts:
        return _("Applications open"), "good"
    if phase == Phase.RUNNING:
        return _("Running now"), "plain"
    if cohort.starts_on <= day:
        # Set by hand after the first day: that day announces nothing.
        return str(Phase(phase).label), "info"
    return _("Starts on %(day)s") % {"day": day_in_words(cohort.starts_on)}, "info"


def _rank(item: PublicCohort) -> int:
    if item.accepts and item.seats_left:
        return 0
    return 2 if item.phase == Phase.RUNNING else 1


def known_cohorts(user: User) -> CohortQuerySet:
    """The cohorts that somebody on the staff knows of: those the catalogue shows, and their own drafts."""
    return Cohort.objects.filter(
        Q(opened_at__isnull=False, cancelled_at=None)
        | Q(pk__in=Cohort.objects.visible_to(user).values("pk"))
    )


def uses_of_courses(keys: Iterable[UUID], user: User) -> dict[UUID, list[CourseUse]]:
    """The cohorts of courses that the person may know of, newest first, by translation key; one query."""
    found: dict[UUID, list[CourseUse]] = {}
    rows = (
        known_cohorts(user)
        .filter(course__translation_key__in=list(keys))
        .select_related("course")
        .order_by("-starts_on", "code")
    )
    for cohort in rows:
        found.setdefault(cohort.course.translation_key, []).append(
            CourseUse(
                code=cohort.code,
                label=cohort.phase_label,
                url=cohort.get_absolute_url() if cohort.opened_at else "",
            )
        )
    return found


def codes_for(user: User, key: UUID) -> list[str]:
    """Codes of the course's cohorts that the person may know of, newest first."""
    rows = known_cohorts(user).filter(course__translation_key=key)
    return list(rows.order_by("-starts_on", "code").values_list("code", flat=True))
