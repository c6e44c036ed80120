"""What the Wagtail admin's own screens ask about a page of a course."""

import json

from django import template
from django.urls import reverse

from curriculum import desk, languages
from curriculum.models import Course, Lesson, Module

register = template.Library()


@register.simple_tag
def completeness_of(page):
    """What the last saved draft lacks, with the address of the outline; nothing for other pages."""
    if not isinstance(page, Course | Module | Lesson) or not page.pk:
        return {}
    course = desk.course_of(page)
    if course is None:
        return {}
    issues = next((n.issues for n in desk.desk_outline(course).nodes if n.id == page.pk), ())
    outline = reverse("desk:outline", args=[course.pk])
    return {"course": course, "issues": issues, "outline": f"{outline}#pagina-{page.pk}"}


@register.simple_tag(takes_context=True)
def translation_bar(context, translation, page):
    """What stands above the translation editor, {} where the page is none of the catalogue."""
    return languages.editor_bar(context["request"].user, translation, page)


@register.filter
def without_conversion(props):
    """The add-on offers to show the Italian again to whoever edits; it is publishing, so to who may publish."""
    data = json.loads(props)
    if not data["perms"]["canPublish"]:
        data["links"]["convertToAliasUrl"] = None
    return json.dumps(data)
