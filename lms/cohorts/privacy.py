"""What cohorts hold about a person, and what becomes of it (domain: Personal data)."""

from django.utils.translation import gettext_lazy as _

from lms.cohorts.choices import ApplicationStatus
from lms.cohorts.models import (
    Application,
    ClassSession,
    Cohort,
    CohortStaff,
    Enrolment,
    ManagerAssignment,
    SyllabusVersion,
)
from lms.core.registries import PersonalData, register_personal_data


def register() -> None:
    register_personal_data(
        PersonalData("cohorts.Application", export=_applications, erase=_erase_applications)
    )
    register_personal_data(
        PersonalData(
            "cohorts.Enrolment",
            export=_enrolments,
            kept=_("Enrolments are part of the attendance registers that funders may inspect."),
        )
    )
    register_personal_data(
        PersonalData("cohorts.Cohort", export=_opened, kept=_("Who opened a cohort is on record."))
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
            "cohorts.ClassSession",
            export=_taught,
            kept=_("Who taught a session is part of its attendance register."),
        )
    )
    register_personal_data(PersonalData("cohorts.CohortStaff", export=_staff, erase=_erase_staff))
    register_personal_data(
        PersonalData("cohorts.ManagerAssignment", export=_managed, erase=_erase_managed)
    )


def _applications(user) -> list[dict]:
    return [
        {
            "cohort": row.cohort.code,
            "organisation": row.organisation_name,
            "motivation": row.motivation,
            "status": row.status,
            "submitted_at": row.submitted_at.isoformat(),
            "decided_at": row.decided_at and row.decided_at.isoformat(),
            "decision_reason": row.decision_reason,
        }
        for row in Application.objects.filter(user=user).select_related("cohort")
    ]


def _erase_applications(user) -> int:
    """What the person wrote goes; that they applied stays as a number without words."""
    rows = Application.objects.filter(user=user)
    rows.filter(status=ApplicationStatus.SUBMITTED).update(status=ApplicationStatus.WITHDRAWN)
    return rows.update(motivation="", organisation_name="", decision_reason="")


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


def _managed(user) -> list[dict]:
    rows = ManagerAssignment.objects.filter(user=user).select_related("cohort", "organisation")
    return [{"scope": str(row.cohort or row.organisation)} for row in rows]


def _erase_managed(user) -> int:
    return ManagerAssignment.objects.filter(user=user).delete()[0]


def _opened(user) -> list[dict]:
    return [
        {"opened": code}
        for code in Cohort.objects.filter(opened_by=user).values_list("code", flat=True)
    ]


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
