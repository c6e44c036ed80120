"""Making a report's file and keeping the record of who took it."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from wagtail.log_actions import log

from lms.accounts.models import User
from lms.cohorts.models import Cohort, Enrolment
from lms.core.errors import DomainError
from lms.core.registries import registries
from lms.reports.rules import reported_enrolments

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ExportedFile:
    name: str
    content: bytes
    content_type: str
    rows: int
    sha256: str


def export_report(*, report: str, cohort: Cohort, format: str, by: User | None) -> ExportedFile:
    """The file of a report on a cohort, for what `by` may see (everything if None: the command line).

    Logged with row count and SHA-256 (domain: Personal data). Refused with `unknown_report`,
    `unknown_format`.
    """
    frame = report_frame(report=report, cohort=cohort, by=by)
    from lms.reports.exporters import EXPORTERS

    if format not in EXPORTERS:
        raise DomainError(
            _("Unknown format “%(format)s”: choose csv or xlsx.") % {"format": format},
            "unknown_format",
        )
    exporter = EXPORTERS[format]
    content = exporter.export(frame, f"{report.upper()} {cohort.code}")
    file = ExportedFile(
        name=f"{report}-{cohort.code}.{format}",
        content=content,
        content_type=exporter.CONTENT_TYPE,
        rows=len(frame),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    log(
        cohort,
        "reports.export",
        user=by,
        data={"report": report, "format": format, "rows": file.rows, "sha256": file.sha256},
    )
    return file


def report_frame(*, report: str, cohort: Cohort, by: User | None) -> "pd.DataFrame":
    """The report as a data frame; the screen shows the very same one."""
    # pandas is slow to load: only whoever makes a report pays for it.
    from lms.reports.frames import FRAMES

    if report not in registries.reports:
        raise DomainError(
            _("Unknown report “%(report)s”: choose one of %(known)s.")
            % {"report": report, "known": ", ".join(sorted(registries.reports))},
            "unknown_report",
        )
    enrolments = (
        Enrolment.objects.filter(cohort=cohort) if by is None else reported_enrolments(by, cohort)
    )
    return FRAMES[report](cohort, enrolments)
