"""A lesson's draft as learners of a chosen cohort would read it, in each language, on a phone and at a desk.

Nothing is recorded: the frame is drawn by whoever owns the learners' page (`registries.lesson_previewer`).
"""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from curriculum.forms import PreviewForm
from curriculum.models import Lesson
from curriculum.models.lesson import LEARNER_MODE
from curriculum.rules import may_author
from curriculum.views.desk import course_for, page_below
from lms.core.registries import registries


def _cohorts(request, course) -> list[str]:
    previewer = registries.lesson_previewer
    return previewer.cohorts(request.user, course.translation_key) if previewer else []


@require_safe
def screen(request, course_id):
    """The choice of lesson, cohort, language and width, and the frame with the lesson."""
    course = course_for(request, course_id)
    lessons = Lesson.objects.descendant_of(course).defer("body").order_by("path")
    codes = _cohorts(request, course)
    form = PreviewForm(request.GET, lessons=lessons, cohorts=codes, languages=settings.LANGUAGES)
    chosen = form.cleaned_data if form.is_valid() else {}
    lesson = chosen.get("lezione") or lessons.first()
    code = chosen.get("edizione") or (codes[0] if codes else "")
    language = chosen.get("lingua") or course.locale.language_code[:2]
    width = chosen.get("larghezza") or PreviewForm.WIDTHS[0][0]
    form = PreviewForm(
        {"lezione": lesson and lesson.pk, "edizione": code, "lingua": language, "larghezza": width},
        lessons=lessons, cohorts=codes, languages=settings.LANGUAGES,
    )  # fmt: skip
    source = ""
    if lesson and code:
        address = reverse("desk:preview_frame", args=[course.pk, lesson.pk])
        source = f"{address}?{urlencode({'edizione': code, 'lingua': language})}"
    context = {
        "course": course,
        "lesson": lesson,
        "form": form,
        "width": width,
        "source": source,
        "authoring": may_author(request.user, course),
    }
    return render(request, "curriculum/admin/preview.html", context)


@require_safe
@xframe_options_sameorigin
def frame(request, course_id, lesson_id):
    course = course_for(request, course_id)
    lesson = page_below(course, lesson_id, Lesson).get_latest_revision_as_object()
    codes = _cohorts(request, course)
    code = request.GET.get("edizione") or (codes[0] if codes else "")
    language = request.GET.get("lingua") or lesson.locale.language_code[:2]
    if code not in codes or language not in dict(settings.LANGUAGES):
        raise Http404
    return lesson.make_preview_request(request, f"{LEARNER_MODE}{code}:{language}")
