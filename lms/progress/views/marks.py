"""What a reader marks in a lesson: highlights with or without a note, and a bookmark; theirs alone."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.cohorts.models import Enrolment, SyllabusLesson
from lms.core.errors import DomainError
from lms.progress import services
from lms.progress.forms import HighlightChangeForm, HighlightForm
from lms.progress.models import QUOTE_LIMIT, REMARK_LIMIT, Highlight
from lms.progress.outline import Reading, block_of, marked_passages, read_lesson
from lms.progress.views.access import by_script, own_lesson


def marks_of(enrolment: Enrolment, reading: Reading, slug: str) -> dict:
    """The reader's highlights of a lesson, placed in the text that they read; one query."""
    row = reading.entry.row
    mine = Highlight.objects.filter(enrolment=enrolment, lesson=row)
    return {
        "marks": marked_passages(mine, reading.page.body.raw_data, reading.body_language),
        "address": [enrolment.cohort.code, row.lesson_id, slug],
        "fresh_key": uuid.uuid4(),
        "quote_limit": QUOTE_LIMIT,
        "remark_limit": REMARK_LIMIT,
    }


@never_cache
@login_required
@require_POST
def highlight(request, code, lesson_id, slug):
    """A passage to keep. The script is answered with the list as it is now."""
    enrolment, row = own_lesson(request, code, lesson_id)
    form = HighlightForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        services.refuse(enrolment, row)
        reading = read_lesson(enrolment.cohort, lesson_id)
        if reading is None:
            raise Http404
        kept = services.mark_passage(
            enrolment=enrolment,
            lesson=row,
            passage=_passage(form.cleaned_data, reading),
            remark=form.cleaned_data["remark"],
        )
    except DomainError as refusal:
        return _refused(request, refusal, (code, lesson_id, slug))
    return _answer(request, enrolment, (code, lesson_id, slug), f"evidenziazione-{kept.key}")


@never_cache
@login_required
@require_POST
def change_highlight(request, code, lesson_id, slug, key):
    """The note on a highlight, or the end of it; from the lesson or from the page of one's notes."""
    enrolment, row = own_lesson(request, code, lesson_id)
    found = Highlight.objects.visible_to(request.user).filter(enrolment=enrolment, lesson=row)
    form = HighlightChangeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    removing = form.cleaned_data["action"] == "remove"
    kept = found.filter(key=key).first()
    if kept is None and not removing:
        raise Http404
    try:
        if kept and removing:
            services.remove_highlight(highlight=kept)
        elif kept:
            services.remark_on(highlight=kept, remark=form.cleaned_data["remark"])
    except DomainError as refusal:
        return _refused(request, refusal, (code, lesson_id, slug))
    if request.POST.get("from") == "notes":
        return redirect("progress:notes", code)
    anchor = "evidenziazioni" if removing else f"evidenziazione-{key}"
    return _answer(request, enrolment, (code, lesson_id, slug), anchor)


@never_cache
@login_required
@require_POST
def bookmark(request, code, lesson_id, slug):
    """`keep` says what is wanted, so that a tap that arrives twice does not undo itself."""
    enrolment, row = own_lesson(request, code, lesson_id)
    if request.POST.get("keep") == "0":
        services.remove_bookmark(enrolment=enrolment, lesson=row)
    else:
        try:
            services.bookmark_lesson(enrolment=enrolment, lesson=row)
        except DomainError as refusal:
            messages.error(request, refusal.message)
    if request.POST.get("from") == "notes":
        return redirect("progress:notes", code)
    return redirect("progress:lesson", code, lesson_id, slug)


def _passage(data: dict, reading: Reading) -> services.Passage:
    """Where the words stand: as the script says, or, given by hand, where the text says them first."""
    blocks = list(reading.page.body.raw_data)
    block = data["block"] or block_of(data["quote"], blocks)
    if data["quote"].strip() and str(block) not in {str(child.get("id")) for child in blocks}:
        raise DomainError(
            _("These words are not in the lesson: copy them as they stand there."), "not_in_text"
        )
    return services.Passage(
        key=data["key"],
        language=reading.body_language,
        version=reading.version,
        block=block,
        quote=data["quote"],
        start=data["start"] or 0,
        prefix=data["prefix"],
        suffix=data["suffix"],
    )


def _refused(request, refusal: DomainError, address: tuple) -> HttpResponse:
    if by_script(request):
        return JsonResponse({"code": refusal.code, "detail": refusal.message}, status=409)
    messages.error(request, refusal.message)
    return redirect("progress:lesson", *address)


def _answer(request, enrolment: Enrolment, address: tuple, anchor: str) -> HttpResponse:
    if not by_script(request):
        response = redirect("progress:lesson", *address)
        response["Location"] += f"#{anchor}"
        return response
    row: SyllabusLesson | None = enrolment.cohort.lessons.filter(lesson=address[1]).first()
    reading = read_lesson(enrolment.cohort, address[1]) if row else None
    if reading is None:
        raise Http404
    return render(
        request, "progress/parts/highlights.html", marks_of(enrolment, reading, address[2])
    )
