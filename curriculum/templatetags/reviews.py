"""What pages and the editor say of the committee's reading."""

from django import template

from curriculum import summary
from curriculum.rules import may_read_lessons

register = template.Library()


@register.simple_tag
def reviewed_on(course):
    """The day of the committee's last approval of what the course shows, or None."""
    return summary.reviewed_on(course)


@register.simple_tag(takes_context=True)
def staff_review(context, page):
    """The review of the version on the page, for those who may know the names; else None."""
    request = context.get("request")
    if request is None or getattr(request, "is_preview", False):
        return None
    return summary.review_of(page) if may_read_lessons(request.user) else None
