from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "lms.attendance"
    label = "attendance"
    verbose_name = _("Attendance")

    def ready(self):
        from lms.attendance import privacy, rules
        from lms.core.registries import register_rule

        register_rule("attendance.take_register", rules.may_take_register)
        register_rule("attendance.read_register", rules.may_read_register)
        register_rule("attendance.read_overview", rules.may_read_overview)
        register_rule("attendance.record_facts", rules.may_record_facts)
        privacy.register()
