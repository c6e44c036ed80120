"""All that a certificate says, as plain JSON in both languages: put together once, at issue, then frozen."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from assessment.summary import AssessmentResult
from certificates.choices import Kind
from certificates.models import CertificateSettings
from curriculum.models import Course
from lms.attendance.summary import AttendanceSummary
from lms.cohorts.models import Cohort, Enrolment, SyllabusModule
from lms.cohorts.summary import version_in_force

SCHEMA = 1
LANGUAGES = ("it", "en")
NAME_LENGTH = 120  # beyond this the name does not fit the page


def draft_of(cohort: Cohort) -> dict[str, Any]:
    """The part of the facts that all of a cohort share: course, cohort, modules, syllabus, issuer; 7 queries.

    The course's outcomes and texts are those of today's pages: the cohort pins lessons and titles only.
    """
    courses = {
        course.locale.language_code: course
        for course in Course.objects.filter(translation_key=cohort.course.translation_key)
        .filter(alias_of=None)
        .select_related("locale")
        if course.live or course.locale.language_code == "it"
    }
    course = cohort.course
    return {
        "schema": SCHEMA,
        "issuer": _issuer(),
        "course": {
            "code": course.code,
            "subject": course.subject,
            "title": {code: cohort.title_in(code) for code in LANGUAGES if cohort.titles.get(code)}
            or {"it": course.title},
            "hours_class": course.hours_class,
            "hours_project": course.hours_project,
            "hours_total": course.hours_total,
            "eqf_level": course.eqf_level,
            "assessment": _texts(courses, lambda page: page.assessment_text),
            "outcomes": _outcomes(courses),
        },
        "cohort": {
            "code": cohort.code,
            "starts_on": cohort.starts_on.isoformat(),
            "ends_on": cohort.ends_on.isoformat(),
            "mode": cohort.mode,
            "mode_label": _labels(cohort.get_mode_display),
            "place": cohort.place,
        },
        "modules": [
            {"position": m.position, "title": m.titles, "minutes": m.minutes}
            for m in SyllabusModule.objects.filter(cohort=cohort).order_by("position")
        ],
        "syllabus": _syllabus(cohort),
    }


def facts_of(
    *,
    draft: dict,
    enrolment: Enrolment,
    kind: str,
    attendance: AttendanceSummary,
    results: Iterable[AssessmentResult],
    at: datetime,
) -> dict[str, Any]:
    """The whole, but for number and code, which the register gives; no query.

    `frequenza` holds attendance and no assessment, no outcome, no level (domain: Certificates).
    """
    facts = {
        **draft,
        "kind": kind,
        "holder": holder_of(enrolment),
        "learner_code": enrolment.code,
        "issued_at": at.isoformat(),
        "issued_on": timezone.localdate(at).isoformat(),
        "attendance": _attendance(attendance),
    }
    if kind == Kind.ATTENDANCE:
        facts["course"] = {
            key: value
            for key, value in draft["course"].items()
            if key not in ("eqf_level", "assessment", "outcomes", "hours_project", "hours_total")
        }
    else:
        facts["quizzes"] = [
            {"title": result.assessment.title, "pass_mark": result.pass_mark}
            for result in results
            if result.required
        ]
    return facts


def numbered(facts: dict, *, year: int, number: int, code: str) -> dict[str, Any]:
    """With what the register gave; the address is printed, so it is a fact too."""
    return {
        **facts,
        "year": year,
        "number": number,
        "code": code,
        "verify_url": f"{settings.SITE_URL}/v/{code}/",
    }


def holder_of(enrolment: Enrolment) -> dict[str, str]:
    """The name as on documents, its spaces tidied; nothing else about the person."""
    first = " ".join(enrolment.user.first_name.split())
    last = " ".join(enrolment.user.last_name.split())
    return {"first_name": first, "last_name": last, "name": f"{first} {last}".strip()}


def printed_texts(facts: object) -> list[str]:
    """Every text in the facts: what the fonts must be able to draw."""
    if isinstance(facts, str):
        return [facts]
    if isinstance(facts, dict):
        return [text for value in facts.values() for text in printed_texts(value)]
    if isinstance(facts, list):
        return [text for value in facts for text in printed_texts(value)]
    return []


def _syllabus(cohort: Cohort) -> dict[str, Any]:
    """The version of the lessons in force at issue, as it is cited; empty before the opening."""
    version = version_in_force(cohort)
    if version is None:
        return {}
    day = timezone.localdate(version.at).isoformat()
    return {"version": version.number, "on": day, "sha256": version.sha256}


def _attendance(summary: AttendanceSummary) -> dict[str, Any]:
    """All in minutes, except `threshold` in percent; days in Europe/Rome."""
    days = [
        timezone.localdate(row.session.starts_at)
        for row in summary.rows
        if not row.session.cancelled_at
    ]
    return {
        "planned": summary.planned,
        "delivered": summary.delivered,
        "attended": summary.attended,
        "remote": summary.remote,
        "make_up": summary.make_up,
        "credit": summary.credit,
        "total": summary.full_total,
        "threshold": summary.threshold,
        "first_day": min(days).isoformat() if days else None,
        "last_day": max(days).isoformat() if days else None,
    }


def _issuer() -> dict[str, Any]:
    row = CertificateSettings.load()
    return {
        "name": row.issuer_name,
        "place": row.place,
        "country": row.country,
        "url": settings.SITE_URL,
        "signatory": row.signatory_name,
        "signatory_role": {"it": row.signatory_role_it, "en": row.signatory_role_en},
        "quality": {"it": row.quality_it, "en": row.quality_en},
    }


def _texts(courses: dict[str, Course], text: Callable[[Course], str]) -> dict[str, str]:
    return {code: text(page) for code, page in courses.items() if code in LANGUAGES and text(page)}


def _outcomes(courses: dict[str, Course]) -> list[dict[str, Any]]:
    """Italian order and keys; each with the languages that have it."""
    texts: dict[str, dict[str, str]] = {}
    for code in LANGUAGES:
        for block in courses[code].outcomes if code in courses else ():
            texts.setdefault(str(block.value["key"]), {})[code] = str(block.value["text"])
    return [{"key": key, "text": text} for key, text in texts.items()]


def _labels(display: Callable[[], object]) -> dict[str, str]:
    labels = {}
    for code in LANGUAGES:
        with translation.override(code):
            labels[code] = str(display())
    return labels
