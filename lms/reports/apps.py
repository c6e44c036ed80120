from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "lms.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self):
        from lms.core.registries import Report, register_rule, registries
        from lms.reports.rules import may_read_reports

        register_rule("reports.read", may_read_reports)
        registries.reports["r1"] = Report(
            "r1", _("Attendance register, a row per learner and session"), "reports.read"
        )
        registries.reports["r2"] = Report("r2", _("Summary, a row per learner"), "reports.read")
