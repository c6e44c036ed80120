"""What the clock does with applications that were begun: reminds of them once, forgets them in the end."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from lms.cohorts.choices import ApplicationStatus, Phase
from lms.cohorts.models import Application, Cohort
from lms.cohorts.services.application_files import forget_files_of
from lms.core.services import queue_mail

REMIND_DAYS = 2
# How long words that were never sent are kept after the last day, for their author to take them away.
KEPT_DAYS = 30


def remind_drafts(at: datetime | None = None) -> int:
    """One mail for each draft whose cohort closes within two days; how many drafts there are. Again sends nothing."""
    today = timezone.localdate(at)
    drafts = Application.objects.filter(
        status=ApplicationStatus.DRAFT,
        cohort__in=Cohort.objects.under_way(today),
        user__is_active=True,
    ).select_related("cohort__course", "user")
    soon = [draft for draft in drafts if _closes_soon(draft.cohort, today)]
    for draft in soon:
        _remind(draft, draft.cohort.applications_until_on(today))
    return len(soon)


def _closes_soon(cohort: Cohort, today: date) -> bool:
    last = cohort.applications_until_on(today)
    return cohort.accepts_applications_on(today) and last <= today + timedelta(days=REMIND_DAYS)


def _remind(draft: Application, last: date) -> None:
    user, cohort = draft.user, draft.cohort
    with translation.override(user.language):
        context = {
            "name": user.get_short_name(),
            "course": cohort.title_in(user.language),
            "code": cohort.code,
            "day": date_format(last, "l j F"),
            "path": reverse("cohorts:apply", args=[cohort.code]),
        }
    queue_mail(
        # A last day that is moved is another occasion.
        key=f"cohorts.draft_expiring:{draft.pk}:{last}",
        kind="cohorts.deadlines",
        recipient=user.email,
        language=user.language,
        template="cohorts/draft_expiring",
        context=context,
    )


def forget_drafts(at: datetime | None = None) -> int:
    """Delete the drafts whose last day is a month past, with their files; how many.

    Those of a cohort whose applications were opened again by hand are kept.
    """
    today = timezone.localdate(at)
    before = today - timedelta(days=KEPT_DAYS)
    old = Application.objects.filter(
        status=ApplicationStatus.DRAFT, cohort__applications_close_on__lt=before
    ).exclude(cohort__in=Cohort.objects.in_phases([Phase.APPLICATIONS], today))
    with transaction.atomic():
        pks = list(old.select_for_update(of=("self",)).values_list("pk", flat=True))
        forget_files_of(pks)
        Application.objects.filter(pk__in=pks).delete()
    return len(pks)
