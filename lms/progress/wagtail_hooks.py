"""Where a lesson's own address leads an enrolled learner, and how the audit trail names what they do."""

from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from curriculum.models import Lesson
from lms.core.audit import name_log_actions
from lms.progress.outline import enrolled_address


@hooks.register("on_serve_page")
def lead_to_the_cohorts_version(next_serve_page):
    """Inside `on_serve_page`, after Wagtail has checked view restrictions (docs/decisions/0004)."""

    def serve(page, request, args, kwargs):
        if isinstance(page, Lesson) and request.user.is_authenticated:
            address = enrolled_address(request.user, page.translation_key)
            if address:
                response = redirect(address)
                add_never_cache_headers(response)
                return response
        return next_serve_page(page, request, args, kwargs)

    return serve


name_log_actions(
    {
        "progress.complete_lesson": (_("Done"), _("Lesson done")),
        "progress.reopen_lesson": (_("Take up again"), _("Lesson taken up again")),
    }
)
