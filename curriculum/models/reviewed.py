from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page, Revision


class ReviewedPageForm(WagtailAdminPageForm):
    """The editor's form: who reads for the committee writes comments in it and nothing else."""

    comments_only = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        from curriculum.models.review import may_change_text

        page, user = self.instance, self.for_user
        self.comments_only = bool(page.pk and user and not may_change_text(page, user))
        if self.comments_only:
            for name, field in self.fields.items():
                field.disabled = name != "comment_notifications"

    def is_valid(self):
        """Rows of formsets know no disabled fields: those sent are set aside, and shown again on an error."""
        if not self.comments_only:
            return super().is_valid()
        everything = dict(self.formsets)
        for name in everything:
            if name != "comments":
                del self.formsets[name]
        valid = super().is_valid()
        if not valid:
            self.formsets = everything
        return valid


class Reviewed:
    """What every page of the catalogue shares: the committee answers for what is published of it."""

    base_form_class = ReviewedPageForm

    def save_revision(self, *args, overwrite_revision=None, **kwargs):
        """Wagtail's autosave writes over a version in place: one that was sent, read or published stays."""
        if overwrite_revision is not None and is_kept(overwrite_revision):
            raise PermissionDenied(
                _("This version has been submitted or published: save the page as a new version.")
            )
        return super().save_revision(*args, overwrite_revision=overwrite_revision, **kwargs)


def is_kept(revision: Revision) -> bool:
    """Whether a version is one that others rely on: submitted, decided, scheduled or live."""
    return (
        revision.approved_go_live_at is not None
        or revision.task_states.exists()
        or Page.objects.filter(live_revision=revision).exists()
    )
