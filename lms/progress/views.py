"""The lesson player: a plain view that renders the pinned version, whatever became of the live page."""

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lms.cohorts.models import Cohort, PinnedLesson


@never_cache
@login_required
@require_safe
def lesson(request, code, lesson_id, slug):
    cohort = get_object_or_404(Cohort, code=code)
    if not request.user.has_perm("cohorts.read_inside", cohort):
        raise Http404
    pins = PinnedLesson.objects.filter(
        syllabus_lesson__cohort=cohort, syllabus_lesson__lesson_id=lesson_id
    ).select_related("lesson", "revision", "locale")
    by_language = {pin.locale.language_code: pin for pin in pins}
    pin = by_language.get(get_language()) or by_language.get("it")
    if pin is None:
        raise Http404
    page = pin.lesson.with_content_json(pin.revision.content)
    return render(request, "progress/lesson.html", {"cohort": cohort, "page": page, "pin": pin})
