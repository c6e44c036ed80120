"""What the templates of the hub ask for, since page models compute nothing."""

from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from cms import summary
from lms.core.navigation import page_address

register = template.Library()

# Asked by templates as they are, each by its own name: `{% doors_of page as doors %}`.
for reading in (
    summary.committee_members,
    summary.doors_of,
    summary.good_practices,
    summary.manifesto_of,
    summary.manifesto_parts,
    summary.partners,
    summary.research_projects,
):
    register.simple_tag(reading)


@register.simple_tag
def address(page):
    """The address of a page that is written in the language being read, without a query."""
    return _address(page)


def _address(page) -> str:
    return page_address(get_language() or settings.LANGUAGE_CODE, page.url_path)


@register.simple_tag
def upcoming_events(page, limit=3):
    return summary.upcoming_events(page, timezone.now(), limit)


@register.simple_tag
def latest_news(page, limit=3):
    return summary.latest_news(page, limit)


@register.simple_tag
def place_of(article):
    """Asked twice by one template: read once, kept on the article."""
    if not hasattr(article, "_place"):
        article._place = summary.place_of(article)
    return article._place


@register.simple_tag
def is_over(event):
    return event.ends_at < timezone.now()


@register.simple_tag
def library_topics(resource):
    """The topics of a title, each with the address of the library filtered by it."""
    library = _address(resource).rstrip("/").rpartition("/")[0]
    return [
        {"name": topic.name, "url": f"{library}/?{urlencode({'topic': topic.slug})}"}
        for topic in resource.topics.all()
    ]


@register.simple_tag
def absolute_address(page):
    return f"{settings.SITE_URL}{_address(page)}"
