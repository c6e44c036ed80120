"""How far learners are: one enrolment, a whole cohort, and a cohort with the certificates it holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from certificates.choices import Kind
from certificates.models import Certificate
from certificates.requirements.judging import Requirement, all_met, judge
from certificates.requirements.ledgers import ledgers_of, ledgers_of_cohort
from lms.cohorts.models import Cohort, Enrolment


def requirements_for(enrolment: Enrolment, kind: str) -> list[Requirement]:
    """The rules of `kind` for one learner, in the reader's language; about 8 queries for `frequenza`,
    15 for `microcredenziale`.

    `frequenza` asks attendance alone; `microcredenziale` attendance, required lessons and required quizzes.
    Both wait for the last session's signature: until then the minutes may still change
    (domain, Attendance: “The register closes”).
    """
    return judge(ledgers_of(enrolment, kind), kind)


def requirements_of_cohort(cohort: Cohort, kind: str) -> dict[int, list[Requirement]]:
    """{enrolment id: rules} of every enrolment, withdrawn ones too; the same queries whatever the size."""
    return {pk: judge(ledgers, kind) for pk, ledgers in ledgers_of_cohort(cohort, kind).items()}


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One learner and one kind: the rules, and the valid certificate if there is one."""

    kind: str
    label: str
    requirements: list[Requirement]
    certificate: Certificate | None

    @property
    def due(self) -> bool:
        return self.certificate is None and bool(self.requirements) and all_met(self.requirements)


@dataclass(frozen=True, slots=True)
class Standing:
    enrolment: Enrolment
    kinds: list[KindStanding] = field(default_factory=list)


def standings_of(cohort: Cohort) -> list[Standing]:
    """Active learners by name with both kinds; the same queries whatever the size of the cohort."""
    ledgers = ledgers_of_cohort(cohort, Kind.MICROCREDENTIAL)  # reads all that the other asks too
    held = {
        (row.enrolment_id, row.kind): row
        for row in Certificate.objects.valid().filter(enrolment__cohort=cohort)
    }
    enrolments: Iterable[Enrolment] = (
        cohort.enrolments.active()
        .select_related("user")
        .order_by("user__last_name", "user__first_name", "pk")
    )
    return [
        Standing(
            enrolment,
            [
                KindStanding(
                    kind,
                    str(Kind(kind).label),
                    judge(ledgers[enrolment.pk], kind),
                    held.get((enrolment.pk, kind)),
                )
                for kind in Kind.values
            ],
        )
        for enrolment in enrolments
    ]
