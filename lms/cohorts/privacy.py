"""What cohorts hold about a person, and what becomes of it (domain: Personal data)."""

from functools import partial

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import IN_LINE, ApplicationStatus
from lms.cohorts.models import (
    Application,
    ApplicationAnswer,
    ApplicationFile,
    CalendarFeed,
    ClassSession,
    Cohort,
    CohortStaff,
    CourseInterest,
    Enrolment,
    ManagerAssignment,
    ModuleOpening,
    PlannedSession,
    SyllabusVersion,
)
from lms.cohorts.privacy_selection import register as register_selection
from lms.cohorts.services import withdraw_application
from lms.core.registries import PersonalData, register_personal_data


def register() -> None:
    register_personal_data(
        PersonalData("cohorts.Application", export=_applications, erase=_erase_applications)
    )
    register_personal_data(
        PersonalData("cohorts.ApplicationAnswer", export=_answers, erase=_erase_answers)
    )
    register_personal_data(
        PersonalData("cohorts.ApplicationFile", export=_files, erase=_erase_files)
    )
    register_personal_data(
        PersonalData("cohorts.CourseInterest", export=_interests, erase=_erase_interests)
    )
    register_personal_data(
        PersonalData(
            "cohorts.Enrolment",
            export=_enrolments,
            kept=_("Enrolments are part of the attendance registers that funders may inspect."),
        )
    )
    register_selection()
    register_personal_data(
        PersonalData(
            "cohorts.Cohort",
            export=_opened,
            kept=_("Who opened a cohort or set its state is on record."),
        )
    )
    register_personal_data(
        PersonalData(
            "cohorts.SyllabusVersion",
            export=_versions,
            kept=_("Who changed what a cohort reads is on record."),
        )
    )
    register_personal_data(
        PersonalData(
            "cohorts.ModuleOpening",
            export=_openings,
            erase=lambda user: ModuleOpening.objects.filter(enrolment__user=user).delete()[0],
        )
    )
    register_personal_data(
        PersonalData(
            "cohorts.ClassSession",
            export=_taught,
            kept=_("Who taught a session is part of its attendance register."),
        )
    )
    register_personal_data(PersonalData("cohorts.CalendarFeed", export=_feeds, erase=_erase_feeds))
    register_personal_data(
        PersonalData("cohorts.PlannedSession", export=_planned, erase=_erase_planned)
    )
    register_personal_data(PersonalData("cohorts.CohortStaff", export=_staff, erase=_erase_staff))
    register_personal_data(
        PersonalData("cohorts.ManagerAssignment", export=_managed, erase=_erase_managed)
    )


def _openings(user) -> list[dict]:
    """Those made for the person, and those that they made for others (without saying for whom)."""
    rows = ModuleOpening.objects.filter(Q(enrolment__user=user) | Q(by=user))
    return [
        {
            "cohort": row.module.cohort.code,
            "module": row.module.position,
            "opened_at": row.created_at.isoformat(),
            "for_me": row.enrolment.user_id == user.pk,
            "reason": row.reason if row.enrolment.user_id == user.pk else "",
        }
        for row in rows.select_related("module__cohort", "enrolment").order_by("pk")
    ]


def _applications(user) -> list[dict]:
    return [
        {
            "cohort": row.cohort.code,
            "organisation": row.organisation_name,
            "motivation": row.motivation,
            "bursary_requested": row.bursary_requested,
            "bursary_reason": row.bursary_reason,
            "status": row.status,
            "submitted_at": row.submitted_at and row.submitted_at.isoformat(),
            "privacy_note": row.note_version,
            "decided_at": row.decided_at and row.decided_at.isoformat(),
            "decision_reason": row.decision_reason,
        }
        for row in Application.objects.filter(user=user).select_related("cohort")
    ]


def _erase_applications(user) -> int:
    """What the person wrote goes, and drafts whole; that they applied stays as a number without words."""
    rows = Application.objects.filter(user=user)
    drafts = rows.filter(status=ApplicationStatus.DRAFT).delete()[0]
    rows.filter(status__in=[ApplicationStatus.SUBMITTED, ApplicationStatus.LAPSED]).update(
        status=ApplicationStatus.WITHDRAWN
    )
    for row in rows.filter(status__in=IN_LINE):
        # The seat that is held for them goes to the next in line.
        withdraw_application(application=row, by=None)
    return drafts + rows.update(
        motivation="",
        organisation_name="",
        decision_reason="",
        bursary_requested=False,
        bursary_reason="",
    )


def _answers(user) -> list[dict]:
    rows = ApplicationAnswer.objects.filter(application__user=user)
    return [
        {
            "cohort": row.application.cohort.code,
            "question": row.asked.get("labels") or row.question.labels,
            "answer": row.value,
        }
        for row in rows.select_related("application__cohort", "question")
    ]


def _erase_answers(user) -> int:
    return ApplicationAnswer.objects.filter(application__user=user).delete()[0]


def _files(user) -> list[dict]:
    rows = ApplicationFile.objects.filter(application__user=user)
    return [
        {
            "cohort": row.application.cohort.code,
            "name": row.name,
            "size": row.size,
            "sha256": row.sha256,
        }
        for row in rows.select_related("application__cohort")
    ]


def _erase_files(user) -> int:
    rows = ApplicationFile.objects.filter(application__user=user)
    for name in rows.values_list("stored", flat=True):
        transaction.on_commit(partial(storages["private"].delete, name))
    return rows.delete()[0]


def _own_interests(user):
    return CourseInterest.objects.filter(Q(user=user) | Q(email=user.email.lower()))


def _interests(user) -> list[dict]:
    return [
        {"course": row.course.title, "since": row.confirmed_at or row.created_at}
        for row in _own_interests(user).select_related("course")
    ]


def _erase_interests(user) -> int:
    return _own_interests(user).delete()[0]


def _enrolments(user) -> list[dict]:
    return [
        {
            "code": row.code,
            "cohort": row.cohort.code,
            "status": row.status,
            "enrolled_at": row.enrolled_at.isoformat(),
            "joined_on": row.joined_on.isoformat(),
            "withdrawn_on": row.withdrawn_on and row.withdrawn_on.isoformat(),
            "withdrawal_reason": row.withdrawal_reason,
        }
        for row in Enrolment.objects.filter(user=user).select_related("cohort")
    ]


def _staff(user) -> list[dict]:
    rows = CohortStaff.objects.filter(user=user).select_related("cohort")
    return [{"cohort": row.cohort.code, "function": row.function} for row in rows]


def _erase_staff(user) -> int:
    return CohortStaff.objects.filter(user=user).delete()[0]


def _feeds(user) -> list[dict]:
    return [
        {
            "made_at": row.made_at and row.made_at.isoformat(),
            "last_read_on": row.last_read_on and row.last_read_on.isoformat(),
        }
        for row in CalendarFeed.objects.filter(user=user)
    ]


def _erase_feeds(user) -> int:
    return CalendarFeed.objects.filter(user=user).delete()[0]


def _managed(user) -> list[dict]:
    rows = ManagerAssignment.objects.filter(user=user).select_related("cohort", "organisation")
    return [{"scope": str(row.cohort or row.organisation)} for row in rows]


def _erase_managed(user) -> int:
    return ManagerAssignment.objects.filter(user=user).delete()[0]


def _opened(user) -> list[dict]:
    opened = Cohort.objects.filter(opened_by=user).values_list("code", flat=True)
    by_hand = Cohort.objects.filter(override_by=user).values_list("code", flat=True)
    return [{"opened": code} for code in opened] + [{"state_set": code} for code in by_hand]


def _versions(user) -> list[dict]:
    rows = SyllabusVersion.objects.filter(by=user).select_related("cohort").defer("contents")
    return [
        {"cohort": row.cohort.code, "version": row.number, "at": row.at.isoformat()} for row in rows
    ]


def _taught(user) -> list[dict]:
    rows = ClassSession.objects.filter(teachers=user).select_related("cohort")
    return [
        {"cohort": s.cohort.code, "session": s.number, "starts_at": s.starts_at.isoformat()}
        for s in rows
    ]


def _planned(user) -> list[dict]:
    rows = PlannedSession.objects.filter(teachers=user).select_related("cohort")
    return [{"cohort": row.cohort.code, "starts_at": row.starts_at.isoformat()} for row in rows]


def _erase_planned(user) -> int:
    """A plan is not history: it goes on without the person."""
    through = PlannedSession.teachers.through
    return through.objects.filter(user_id=user.pk).delete()[0]
