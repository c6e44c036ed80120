from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

# What the Wagtail admin asks of a model whose rows nobody writes by hand.
READING = ("view_certificate", "change_certificatesettings", "issue")


class CertificatesConfig(AppConfig):
    name = "certificates"
    label = "certificates"
    verbose_name = _("Certificates")

    def ready(self):
        from certificates import mail_kinds, privacy, rules, services
        from lms.core.registries import DueWork, register_due_work, register_rule

        for permission in READING:
            register_rule(f"certificates.{permission}", rules.may_issue)
        register_rule("certificates.download", rules.may_download)
        register_due_work(DueWork("certificates.produce", 60, services.produce_waiting))
        register_due_work(DueWork("certificates.resume_jobs", 60, services.resume_jobs))
        privacy.register()
        mail_kinds.register()
