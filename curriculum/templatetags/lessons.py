"""What the pages of modules and lessons ask: their place in the course, and a lesson's text ready to read."""

from django import template
from wagtail.models import Page

from cms.rich_text import addresses_of
from curriculum import reading
from curriculum.models import Course, Lesson, Module
from curriculum.rules import may_read_lessons

register = template.Library()


@register.simple_tag
def place_of(page):
    """The course and module above a module or lesson: 2 queries, asked once per page."""
    if not hasattr(page, "_place"):
        page._place = _place(page)
    return page._place


def _place(page):
    course_path = page.path[: Page.steplen * 4]
    course = Course.objects.defer("introduction", "outcomes").get(path=course_path)
    module_path = page.path[: Page.steplen * 5]
    modules = list(
        Module.objects.live().filter(path__startswith=course_path, depth=5).order_by("path")
    )
    paths = [module.path for module in modules]
    number = paths.index(module_path) + 1 if module_path in paths else None
    return {
        "course": course,
        "module": modules[number - 1] if number else None,
        "number": number,
        "previous": modules[number - 2] if number and number > 1 else None,
        "next": modules[number] if number and number < len(modules) else None,
        "total": len(modules),
    }


@register.simple_tag
def lessons_of(module):
    """The live lessons of a module, in teaching order."""
    return list(Lesson.objects.child_of(module).live().defer("body").order_by("path"))


@register.simple_tag(takes_context=True)
def lesson_open(context):
    """Whether this reader sees the text of a lesson here: staff, and whoever previews it in the editor."""
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return True
    return may_read_lessons(request.user)


@register.simple_tag
def lesson_body(lesson):
    """The text with its language: that of the page, else the Italian one where the translation has none."""
    language = lesson.locale.language_code
    if lesson.body or language == "it":
        return {"body": lesson.body, "language": language}
    source = Lesson.objects.filter(
        translation_key=lesson.translation_key, locale__language_code="it", live=True
    ).first()
    return {"body": source.body if source else lesson.body, "language": "it"}


@register.simple_tag(takes_context=True)
def lesson_text(context, body, more=None):
    """The body ready to read (`reading.Text`); `more` holds what the blocks' templates get beside, by block id."""
    return reading.read_body(body, reading.flat(context), more)


@register.simple_tag
def readings(value):
    """A title of the library is told as the library tells it; a withdrawn one as the author wrote it. One query."""
    pages = [item["page"] for item in value["items"] if item["page"]]
    addresses = addresses_of([page.pk for page in pages])
    return [_reading(item, addresses) for item in value["items"]]


def _reading(item, addresses):
    page = item["page"] if item["page"] and item["page"].live else None
    return {
        "title": item["title"] or (page.title if page else ""),
        "authors": item["authors"] or (page.authors if page else ""),
        "year": item["year"] or (page.year if page else "") or "",
        "library": addresses.get(page.pk, "") if page else "",
        "link": item["link"],
        "text": item["text"],
    }
