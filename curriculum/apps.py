from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurriculumConfig(AppConfig):
    name = "curriculum"
    label = "curriculum"
    verbose_name = _("Curriculum")

    def ready(self):
        from curriculum import indexing, mail_kinds, page_forms, permissions, pictures, signals
        from curriculum.privacy import DECISIONS, INSTRUCTORS
        from curriculum.services.aliases import make_missing_aliases
        from curriculum.services.translation_jobs import resume_translation_jobs
        from curriculum.uploads import forget_old
        from lms.core.registries import DueWork, register_due_work, register_personal_data

        permissions.register()
        mail_kinds.register()
        page_forms.attach()
        signals.connect()
        indexing.listen()
        pictures.listen()
        register_due_work(DueWork("curriculum.resume_jobs", 60, resume_translation_jobs))
        register_due_work(DueWork("curriculum.missing_aliases", 3600, make_missing_aliases))
        register_due_work(DueWork("curriculum.forget_uploads", 3600, forget_old))
        register_personal_data(INSTRUCTORS)
        register_personal_data(DECISIONS)
        register_due_work(DueWork("curriculum.write_search", 3600, indexing.write_missing))
        self.listen_to_the_workflow()

    def listen_to_the_workflow(self):
        """Wagtail has no other seam for these (docs/decisions/0050-committee-review.md).

        The mails to the author take the places of Wagtail's own, under its names: `wagtail.admin`, which
        comes later in INSTALLED_APPS, then finds them taken.
        """
        from django.db.models.signals import post_save
        from wagtail.models import PageLogEntry, WorkflowState
        from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

        from curriculum import publishing
        from curriculum.models import CommitteeDecision
        from curriculum.services import letters

        task_submitted.connect(letters.ask_committee, sender=CommitteeDecision)
        workflow_approved.connect(
            letters.tell_approval,
            sender=WorkflowState,
            dispatch_uid="workflow_state_approved_email_notification",
        )
        workflow_rejected.connect(
            letters.tell_changes,
            sender=WorkflowState,
            dispatch_uid="workflow_state_rejected_email_notification",
        )
        post_save.connect(publishing.note_past_committee, sender=PageLogEntry)
