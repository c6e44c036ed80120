"""Courses out and in, in the Wagtail admin: an archive to download; upload, look, confirm."""

import tempfile
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from curriculum import uploads
from curriculum.exchange.archives import LARGEST_ARCHIVE, BadArchive, ZipFiles, write_zip
from curriculum.exchange.courses import read_course
from curriculum.exchange.plans import LANGUAGES, CoursePlan
from curriculum.forms import ArchiveForm, CodeForm
from curriculum.models import Course
from curriculum.rules import may_export_course, may_import_courses
from curriculum.services import export_course, import_course
from lms.core.errors import DomainError

WAITING = "course_archive"  # in the session: the key of the archive that waits, and its name


@require_safe
@never_cache
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The archive of a course, in whatever language the page is."""
    course = get_object_or_404(Course, pk=pk)
    if not may_export_course(request.user, course):
        raise Http404
    try:
        files = export_course(course=course)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailadmin_explore", course.pk)
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_zip(files, target)
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{course.code}.zip", content_type="application/zip"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def upload(request: HttpRequest) -> HttpResponse:
    _refuse_others(request)
    form = ArchiveForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if form.is_valid():
            _forget(request)
            key = uploads.keep(form.cleaned_data["file"])
            request.session[WAITING] = [str(key), form.cleaned_data["file"].name]
            return redirect("course_archive:confirm", key)
        form = ArchiveForm(request.POST, request.FILES)
    context = {
        "form": form,
        "size": filesizeformat(LARGEST_ARCHIVE),
        "header_title": _("Import a course"),
        "header_icon": "upload",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "curriculum/admin/archive_upload.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """What an archive would make, or what is wrong with it; by POST it is made, or forgotten."""
    _refuse_others(request)
    waiting, name = request.session.get(WAITING, ["", ""])
    file = uploads.find(key) if waiting == str(key) else None
    if file is None:
        raise Http404
    with file:
        if "forget" in request.POST:
            _forget(request)
            return redirect("course_archive:upload")
        form = CodeForm(request.POST or None)
        code = form.cleaned_data["code"] if form.is_valid() else ""
        if "import" not in request.POST:
            return _page(request, file, name, code)
        try:
            made = import_course(files=ZipFiles(file), code=code, by=request.user)
        except BadArchive:
            return _page(request, file, name, code, status=422)
        except DomainError as refusal:
            return _page(request, file, name, code, refused=str(refusal), status=409)
    _forget(request)
    course = made.courses["it"]
    messages.success(
        request,
        ngettext(
            "%(code)s: %(count)s draft was made. The committee reads it before it is published.",
            "%(code)s: %(count)s drafts were made. The committee reads them before they are published.",
            len(made.pages),
        )
        % {"code": course.code, "count": len(made.pages)},
    )
    return redirect("desk:outline", course.pk)


def _page(
    request: HttpRequest, file, name: str, code: str, *, refused: str = "", status: int = 200
):
    plan: CoursePlan | None = None
    problems = [refused] if refused else []
    try:
        plan = read_course(ZipFiles(file), code=code)
    except BadArchive as error:
        problems = error.problems
    if problems and request.method == "POST" and status == 200:
        status = 422
    context = {
        "plan": plan,
        "outline": _outline(plan) if plan else [],
        "new_media": [medium for medium in plan.media if medium.known is None] if plan else [],
        "problems": problems,
        "form": CodeForm(initial={"code": code or (plan.code if plan else "")}),
        "name": name,
        "header_title": _("Import a course"),
        "header_subtitle": name,
        "header_icon": "upload",
    }
    return render(request, "curriculum/admin/archive_confirm.html", context, status=status)


def _outline(plan: CoursePlan) -> list[dict]:
    """Titles of modules and their lessons, with the languages of each."""
    return [
        {**_line(module), "lessons": [_line(lesson) for lesson in module.lessons]}
        for module in plan.modules
    ]


def _line(page) -> dict:
    return {
        "title": page.italian.meta["title"],
        "languages": ", ".join(code for code in LANGUAGES if code in page.documents),
    }


def _forget(request: HttpRequest) -> None:
    key, _name = request.session.pop(WAITING, ["", ""])
    if key:
        uploads.forget(UUID(key))


def _refuse_others(request: HttpRequest) -> None:
    if not may_import_courses(request.user):
        raise Http404
