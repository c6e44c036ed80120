"""Names in the audit trail for what the services log."""

from django.utils.translation import gettext_lazy as _

from lms.core.audit import name_log_actions

name_log_actions(
    {
        "attendance.mark_register": (_("Mark"), _("Register marked")),
        "attendance.sign_register": (_("Sign"), _("Register signed")),
        "attendance.record_excuse": (_("Excuse"), _("Excuse recorded")),
        "attendance.record_credit": (_("Credit"), _("Credit recorded")),
        "attendance.remove_credit": (_("Remove credit"), _("Credit taken back")),
        "attendance.record_make_up": (_("Make up"), _("Make-up recorded")),
    }
)
