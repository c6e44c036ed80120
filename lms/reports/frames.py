"""The reports as pandas data frames: one summary of the ledgers, then rows.

Words in cells are Italian whatever the reader's language: the files go to Italian funders. pandas is
imported here, and this module only by services and tasks, never by a module that serves pages.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import pandas as pd
from django.utils import timezone, translation

from assessment.summary import results_of_cohort
from certificates.choices import Kind
from certificates.models import Certificate
from lms.attendance.choices import Channel, SheetStatus, State
from lms.attendance.models import RegisterSheet
from lms.attendance.summary import attendance_of_enrolments
from lms.attendance.summary.figures import AttendanceSummary, CreditRow, SessionAttendance
from lms.cohorts.choices import StaffFunction
from lms.cohorts.models import ClassSession, Cohort, Enrolment
from lms.reports.columns import DECIMALS, INTEGERS, R1, R2

SHEET_STATES: dict[str, str] = {
    SheetStatus.PLANNED: "pianificato",
    SheetStatus.OPEN: "aperto",
    SheetStatus.SIGNED: "firmato",
    SheetStatus.CLOSED: "chiuso",
}
MODES = {"house": "in presenza", "remote": "a distanza", "hybrid": "ibrida"}
CHANNELS = {Channel.HOUSE: "in presenza", Channel.REMOTE: "a distanza", "mixed": "misto", "": ""}


def register_frame(cohort: Cohort, enrolments: Iterable[Enrolment]) -> pd.DataFrame:
    """R1: one row per learner and session of the cohort, and one per credit without `n_incontro`.

    Dates are ISO, times HH:MM of Europe/Rome, minutes integers. Sessions to come are rows too, with
    no minutes delivered; cancelled ones say so.
    """
    enrolments = _ordered(enrolments)
    summaries = attendance_of_enrolments(cohort, enrolments)
    shared = _Shared(cohort)
    rows: list[dict] = []
    with translation.override("it"):
        for enrolment in enrolments:
            summary = summaries[enrolment.pk]
            rows += [shared.session_row(enrolment, row) for row in summary.rows]
            rows += [shared.credit_row(enrolment, credit) for credit in summary.credits]
    return _frame(rows, R1)


def summary_frame(cohort: Cohort, enrolments: Iterable[Enrolment]) -> pd.DataFrame:
    """R2: one row per learner. The threshold is judged on integers; `percentuale` is cut to two decimals."""
    enrolments = _ordered(enrolments)
    summaries = attendance_of_enrolments(cohort, enrolments)
    results = results_of_cohort(cohort)
    certificates = {
        c.enrolment_id: c
        for c in Certificate.objects.filter(enrolment__cohort=cohort, kind=Kind.ATTENDANCE)
        .valid()
        .only("enrolment_id", "number", "year", "issued_at")
    }
    with translation.override("it"):
        rows = [
            _learner_row(
                cohort,
                enrolment,
                summaries[enrolment.pk],
                _outcome(results.get(enrolment.pk, [])),
                certificates.get(enrolment.pk),
            )
            for enrolment in enrolments
        ]
    return _frame(rows, R2)


FRAMES: dict[str, Callable[[Cohort, Iterable[Enrolment]], pd.DataFrame]] = {
    "r1": register_frame,
    "r2": summary_frame,
}


def _ordered(enrolments) -> list[Enrolment]:
    return list(
        enrolments.select_related("user").order_by("user__last_name", "user__first_name", "code")
    )


class _Shared:
    """What every row of a cohort repeats, read once."""

    def __init__(self, cohort: Cohort):
        self.cohort = cohort
        self.sheets = {
            sheet.session_id: sheet
            for sheet in RegisterSheet.objects.filter(session__cohort=cohort)
        }
        sessions = ClassSession.objects.filter(cohort=cohort).prefetch_related("teachers", "breaks")
        self.sessions = {session.pk: session for session in sessions}
        tutors = cohort.staff.filter(function=StaffFunction.TUTOR).select_related("user")
        self.tutor = ", ".join(str(row.user) for row in tutors)

    def session_row(self, enrolment: Enrolment, row: SessionAttendance) -> dict:
        session = self.sessions[row.session.pk]
        sheet = self.sheets.get(session.pk)
        starts, ends = _local(session.starts_at), _local(session.ends_at)
        return self._person(enrolment) | {
            # Given when the sheet closes, gap-free in the cohort; not before.
            "n_foglio": getattr(sheet, "number", None),
            "n_incontro": session.number,
            "stato_incontro": "annullato"
            if session.cancelled_at
            else SHEET_STATES[sheet.status if sheet else SheetStatus.PLANNED],
            "data": starts.date().isoformat(),
            "ora_inizio": f"{starts:%H:%M}",
            "ora_fine": f"{ends:%H:%M}",
            "pausa_min": sum(
                int((b.ends_at - b.starts_at).total_seconds()) // 60 for b in session.breaks.all()
            ),
            "minuti_previsti": row.planned,
            "minuti_erogati": row.delivered,
            "minuti_esonero": 0,
            "modalita": MODES[session.mode],
            "modulo": session.module.title if session.module else "",
            "argomento": session.topic,
            "docente": ", ".join(str(user) for user in session.teachers.all()),
            "stato": str(row.state.value),
            "canale": CHANNELS[row.channel],
            "ora_entrata": _clock(row.first_in),
            "ora_uscita": _clock(row.last_out),
            "n_intervalli": row.intervals,
            "minuti_riconosciuti": row.credited,
            "ore_riconosciute": _hours(row.credited),
            "giustificazione": row.excuse,
            "note": _note(row),
        }

    def credit_row(self, enrolment: Enrolment, credit: CreditRow) -> dict:
        return self._person(enrolment) | {
            "minuti_esonero": credit.counted,
            "modulo": credit.module.title if credit.module else "",
            "stato": State.EXEMPT.value,
            "note": credit.reason,
        }

    def _person(self, enrolment: Enrolment) -> dict:
        user = enrolment.user
        return {
            "codice_corsista": enrolment.code,
            "codice_progetto": self.cohort.project_code,
            "codice_edizione": self.cohort.code,
            "titolo_edizione": self.cohort.title_in("it"),
            "sede": self.cohort.place,
            "tutor": self.tutor,
            "cognome": user.last_name,
            "nome": user.first_name,
            "codice_fiscale": user.tax_code,
        }


def _learner_row(
    cohort: Cohort,
    enrolment: Enrolment,
    summary: AttendanceSummary,
    outcome: str,
    certificate: Certificate | None,
) -> dict:
    user = enrolment.user
    return {
        "codice_corsista": enrolment.code,
        "codice_edizione": cohort.code,
        "cognome": user.last_name,
        "nome": user.first_name,
        "codice_fiscale": user.tax_code,
        "base_soglia": f"{cohort.get_threshold_basis_display()}, {cohort.get_denominator_display()}",
        "stato_iscrizione": enrolment.get_status_display().lower(),
        "minuti_previsti": summary.planned,
        "minuti_erogati": summary.delivered,
        "minuti_frequentati": summary.attended,
        "minuti_a_distanza": summary.remote,
        "minuti_recupero": summary.make_up,
        "minuti_esonero": summary.credit,
        "percentuale": float(summary.percent),
        "soglia": summary.threshold,
        "soglia_raggiunta": "sì" if summary.reached else "no",
        "assenze": summary.absences,
        "ritardi": summary.late_arrivals,
        "uscite_anticipate": summary.early_leaves,
        "esito_prova": outcome,
        "attestato_numero": certificate.label if certificate else "",
        "attestato_data": timezone.localdate(certificate.issued_at).isoformat()
        if certificate
        else "",
    }


def _outcome(results: list) -> str:
    """Of the required assessments together: passed, not passed, or nothing handed in yet."""
    required = [result for result in results if result.required]
    if not required or all(result.best_percent is None for result in required):
        return ""
    return "superata" if all(result.passed for result in required) else "non superata"


def _note(row: SessionAttendance) -> str:
    """The parts of the minutes that a row has no column for."""
    parts = []
    if row.remote and row.remote != row.credited:
        parts.append(f"a distanza: {row.remote} min")
    if row.make_up:
        parts.append(f"recupero: {row.make_up} min")
    if row.state is State.LATE and row.early:
        parts.append("anche uscita anticipata")
    return "; ".join(parts)


def _frame(rows: list[dict], columns: list[str]) -> pd.DataFrame:
    """Columns present even when empty; integers nullable, everything else text."""
    frame = pd.DataFrame(rows, columns=columns)
    for name in columns:
        if name in INTEGERS:
            frame[name] = frame[name].astype("Int64")
        elif name in DECIMALS:
            frame[name] = frame[name].astype("Float64")
        else:
            frame[name] = frame[name].astype(object).where(frame[name].notna(), "").astype(str)
    return frame


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def _clock(moment: datetime | None) -> str:
    return f"{_local(moment):%H:%M}" if moment else ""


def _hours(minutes: int) -> float:
    """Hours with two decimals, cut."""
    return minutes * 100 // 60 / 100
