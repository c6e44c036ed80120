"""The author's desk in the Wagtail admin: own courses, the outline, what is incomplete, copies.

Whoever may not see a course is told that it does not exist. A GET writes nothing.
"""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.models import Page, PageLogEntry

from curriculum import desk, services
from curriculum.forms import CourseCopyForm, ModuleCopyForm
from curriculum.models import Course, Lesson, Module
from curriculum.rules import may_author, may_see_desk, may_set_public_order
from curriculum.services.duplication import JOB_KIND
from curriculum.services.ordering import Place, step, tree_of
from lms.accounts.choices import Role
from lms.core.errors import DomainError
from lms.core.models import Job

PER_PAGE = 20
WORKERS = (Role.INSTRUCTOR, Role.ADMINISTRATOR, Role.COMMITTEE)
# Deeds that change the order of a course.
SHAPING = ("wagtail.move", "wagtail.reorder", "wagtail.create", "wagtail.copy")
# A request of the page's script is answered with the outline alone.
SCRIPT = "X-Desk"


def course_for(request: HttpRequest, pk: int, *, writing: bool = False) -> Course:
    course = get_object_or_404(desk.courses(), pk=pk)
    allowed = may_author if writing else may_see_desk
    if not allowed(request.user, course):
        raise Http404
    return course


def page_below(course: Course, pk: int, model: type[Page] = Page) -> Page:
    pages = model.objects.descendant_of(course).filter(depth__in=(5, 6))
    return get_object_or_404(pages, pk=pk)


# --- Dashboard ----------------------------------------------------------------------------------
@require_safe
def courses(request):
    if not request.user.has_role(*WORKERS):
        raise Http404
    page = Paginator(desk.courses_on_desk(request.user), PER_PAGE).get_page(request.GET.get("p"))
    context = {
        "rows": desk.desk_courses(list(page), request.user),
        "page": page,
        "everything": request.user.has_role(Role.ADMINISTRATOR, Role.COMMITTEE),
    }
    return render(request, "curriculum/admin/desk_courses.html", context)


# --- Outline --------------------------------------------------------------------------------------
@require_safe
def outline(request, course_id):
    return _outline(request, course_for(request, course_id))


def _outline(
    request, course: Course, *, status: int = 200, said: str = "", tone: str = "", moved: int = 0
):
    authoring = may_author(request.user, course)
    shape = desk.desk_outline(course)
    context = {
        "course": course,
        "outline": shape,
        "authoring": authoring,
        "ordering": authoring or may_set_public_order(request.user, course),
        "renaming": _number(request.GET.get("rinomina")) if authoring else 0,
        "placing": _placing(request, shape),
        "said": said,
        "tone": tone,
        "moved": moved,
        # A form that is sent twice makes one page.
        "key": uuid4(),
    }
    template = "outline_body" if request.headers.get(SCRIPT) else "outline"
    return render(request, f"curriculum/admin/{template}.html", context, status=status)


def _placing(request, shape: desk.DeskOutline) -> dict | None:
    """The page whose new place is being chosen, with the places there are: `parent:before`."""
    pk = _number(request.GET.get("sposta"))
    if not pk:
        return None
    if any(module.id == pk for module in shape.modules):
        rest = [module for module in shape.modules if module.id != pk]
        places = [(f":{m.id}", _("Before “%(title)s”") % {"title": m.title}) for m in rest]
        return {"id": pk, "groups": [("", [*places, (":", _("At the end of the course"))])]}
    groups = []
    for number, module in enumerate(shape.modules, start=1):
        rest = [lesson for lesson in module.lessons if lesson.id != pk]
        places = [
            (f"{module.id}:{lesson.id}", _("Before “%(title)s”") % {"title": lesson.title})
            for lesson in rest
        ]
        places.append((f"{module.id}:", _("At the end of the module")))
        groups.append((f"{number}. {module.title}", places))
    return {"id": pk, "groups": groups}


@require_POST
def move(request, course_id):
    """One move, with the order that the author saw (`seen`): `move=ID:up|down`, or `page` and `place=PARENT:BEFORE`."""
    course = course_for(request, course_id)
    public = may_set_public_order(request.user, course)
    if not (public or may_author(request.user, course)):
        raise Http404
    asked = _asked(request, course)
    if asked is None:
        return HttpResponseBadRequest()
    page_id, place = asked
    if place is None:
        return _answer(request, course, _("It is at the end already."), "info", page_id)
    try:
        done = services.move_page(
            course=course,
            page_id=page_id,
            place=place,
            seen=request.POST.get("seen", ""),
            public_order=public,
            by=request.user,
        )
    except DomainError as refusal:
        said = str(refusal)
        if refusal.code == "order_changed":
            said = f"{said} {_last_change(course)}".strip()
        return _answer(request, course, said, "warning", page_id, status=409)
    words = {"title": done.page.draft_title, "number": done.number}
    if not done.changed:
        said = _("“%(title)s” stays where it was.") % words
    elif done.module:
        words["module"] = done.module.draft_title
        said = _("“%(title)s” is now lesson %(number)s of “%(module)s”.") % words
    else:
        said = _("“%(title)s” is now module %(number)s.") % words
    return _answer(request, course, said, "success", page_id)


def _asked(request, course: Course) -> tuple[int, Place | None] | None:
    pk, _colon, direction = request.POST.get("move", "").partition(":")
    if pk:
        if direction not in ("up", "down") or not _number(pk):
            return None
        order = tree_of(course).order
        return int(pk), step(order, int(pk), -1 if direction == "up" else 1)
    page_id = _number(request.POST.get("page"))
    parent, colon, before = request.POST.get("place", "").partition(":")
    if not page_id or not colon:
        return None
    return page_id, Place(_number(parent) or None, _number(before) or None)


def _answer(request, course: Course, said: str, tone: str, page_id: int, *, status: int = 200):
    if request.headers.get(SCRIPT):
        fresh = course_for(request, course.pk)
        return _outline(request, fresh, status=status, said=said, tone=tone, moved=page_id)
    getattr(messages, tone)(request, said)
    address = reverse("desk:outline", args=[course.pk])
    return redirect(f"{address}#pagina-{page_id}")


def _last_change(course: Course) -> str:
    """Who moved or added what, most recently."""
    pages = Page.objects.descendant_of(course).values("pk")
    entry = (
        PageLogEntry.objects.filter(page__in=pages, action__in=SHAPING)
        .select_related("user")
        .order_by("-timestamp", "-pk")
        .first()
    )
    if entry is None:
        return ""
    return _("Last changed: “%(title)s”, by %(person)s at %(time)s.") % {
        "title": entry.label,
        "person": entry.user or _("the system"),
        "time": date_format(timezone.localtime(entry.timestamp), "H:i"),
    }


# --- New pages and titles -------------------------------------------------------------------------
@require_POST
def add_module(request, course_id):
    course = course_for(request, course_id, writing=True)
    return _write(
        request,
        course,
        lambda **asked: services.add_module(course=course, by=request.user, **asked),
    )


@require_POST
def add_lesson(request, course_id, module_id):
    course = course_for(request, course_id, writing=True)
    module = page_below(course, module_id, Module)
    return _write(
        request,
        course,
        lambda **asked: services.add_lesson(module=module, by=request.user, **asked),
    )


def _write(request, course: Course, make) -> HttpResponse:
    try:
        page = make(title=request.POST.get("title", ""), key=_key(request.POST.get("key", "")))
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("desk:outline", course.pk)
    if isinstance(page, Lesson):
        return redirect("wagtailadmin_pages:edit", page.pk)
    messages.success(request, _("Module “%(title)s” added, as a draft.") % {"title": page.title})
    return redirect(f"{reverse('desk:outline', args=[course.pk])}#pagina-{page.pk}")


@require_POST
def rename(request, course_id, page_id):
    course = course_for(request, course_id, writing=True)
    page = page_below(course, page_id)
    try:
        services.rename(page=page, title=request.POST.get("title", ""), by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        said = _("The new title is saved as a draft.")
        if page.live:
            said = _("The new title is saved. The public sees it when the committee has approved.")
        messages.success(request, said)
    return redirect(f"{reverse('desk:outline', args=[course.pk])}#pagina-{page.pk}")


# --- What is incomplete ---------------------------------------------------------------------------
@require_safe
def completeness(request, course_id):
    course = course_for(request, course_id)
    shape = desk.desk_outline(course)
    context = {
        "course": course,
        "outline": shape,
        "nodes": [node for node in shape.nodes if node.issues],
        "authoring": may_author(request.user, course),
    }
    return render(request, "curriculum/admin/completeness.html", context)


# --- Copies ---------------------------------------------------------------------------------------
def copy_course(request, course_id):
    course = course_for(request, course_id, writing=True)
    form = CourseCopyForm(
        request.POST or None,
        initial={"title": _("%(title)s (copy)") % {"title": course.draft_title}},
    )
    return _copy(
        request, course, form, course,
        lambda data: services.start_course_copy(course=course, by=request.user, **data),
    )  # fmt: skip


def copy_module(request, course_id, module_id):
    course = course_for(request, course_id, writing=True)
    module = page_below(course, module_id, Module)
    own = desk.courses_authored(request.user).filter(locale=course.locale)
    form = ModuleCopyForm(
        request.POST or None,
        courses=own.order_by("title"),
        initial={"into": course.pk},
    )
    return _copy(
        request, course, form, module,
        lambda data: services.start_module_copy(module=module, by=request.user, **data),
    )  # fmt: skip


def _copy(request, course: Course, form, source: Page, start) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                job = start(form.cleaned_data)
            except DomainError as refusal:
                form.add_error("code" if "code" in form.fields else None, refusal.message)
                status = 409
            else:
                return redirect("desk:job", job.pk)
    context = {"course": course, "source": source, "form": form}
    return render(request, "curriculum/admin/copy.html", context, status=status)


@require_safe
def job(request, job_id):
    """How far a copy is: for who asked for it."""
    row = get_object_or_404(Job, pk=job_id, kind=JOB_KIND, started_by_id=request.user.pk)
    made = Page.objects.filter(pk=row.data.get("copy", 0)).first()
    course = desk.course_of(made) if made else None
    context = {"job": row, "made": made, "course": course}
    return render(request, "curriculum/admin/copy_job.html", context)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(text: str | None) -> int:
    """A positive id that a person sent, else 0."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0
