"""What the pages of the catalogue ask: the page models compute nothing themselves."""

import contextlib
from uuid import UUID

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cms.models import Partner
from cms.summary import open_to_all
from curriculum import outline
from curriculum.models import Course
from curriculum.pictures import PICTURED, picture_address
from lms.accounts.models import User
from lms.core.navigation import page_address
from lms.core.templatetags.cohub import duration

register = template.Library()
NBSP = "\u00a0"


@register.simple_tag
def catalogue_courses():
    """The courses in the reader's language."""
    return outline.catalogue_outline(get_language() or "it")


@register.simple_tag
def programme_outline(programme):
    return outline.programme_outline(programme)


@register.filter
def card_facts(entry):
    """Hours, modules and level of a course in short, for its card."""
    course = entry.course
    facts = []
    if course.hours_project:
        facts.append(_("%(hours)s h + project").replace(" ", NBSP) % {"hours": course.hours_class})
    else:
        facts.append(duration(course.hours_class * 60))
    facts.append(
        ngettext("%(count)s module", "%(count)s modules", entry.modules).replace(" ", NBSP)
        % {"count": entry.modules}
    )
    if course.eqf_level:
        facts.append(eqf_level(course.eqf_level))
    return facts


@register.filter
def eqf_level(level):
    """Worded as the hub may word it: it is no «ente titolato» (domain, Certificates)."""
    return _("EQF level %(level)s").replace(" ", NBSP) % {"level": level}


@register.filter
def address(page):
    """The address of a page in its own language, without a query; for lists of pages."""
    return page_address(get_language() or "it", page.url_path)


@register.simple_tag
def course_outline(course):
    return outline.course_outline(course)


@register.simple_tag
def course_instructors(course):
    """The people named on the course in any language, once each, in the order of the page."""
    people = User.objects.filter(
        course_rows__course__translation_key=course.translation_key, is_active=True
    ).order_by("course_rows__sort_order", "course_rows__pk")
    return list(dict.fromkeys(people))


@register.simple_tag
def outcome_map(course_outline):
    """The outcomes of a course, each with what serves it, as readers may know it."""
    return outline.public_map(course_outline)


@register.simple_tag
def courses_before(course):
    """The open courses that are to be taken before this one, in the reader's language; a query if there are any."""
    if not course.prerequisite_codes:
        return []
    found = open_to_all(
        Course.objects.filter(code__in=course.prerequisite_codes, locale_id=course.locale_id)
    )
    return list(found.order_by("path"))


@register.simple_tag
def course_partners(course):
    """The institutions that take part, in the order of the network; a query if there are any."""
    if not course.partner_keys:
        return []
    rows = Partner.objects.filter(
        translation_key__in=_uuids(course.partner_keys), locale_id=course.locale_id
    )
    return list(rows)


def _uuids(keys):
    for key in keys:
        with contextlib.suppress(ValueError):
            yield UUID(key)


@register.filter
def euros(amount):
    """A price as it is written in the reader's language: 480 -> "480 €"; nothing to pay is said in words."""
    if not amount:
        return _("Free of charge")
    places = 0 if amount == int(amount) else 2
    return f"{formats.number_format(amount, places, use_l10n=True, force_grouping=True)}{NBSP}€"


@register.simple_tag
def share_picture(page):
    """{url, width, height, alt} of the picture for other sites: the editor's choice, else the one drawn."""
    if page.share_image_id:
        rendition = page.share_image.get_rendition("fill-1200x630|format-jpeg")
        path = rendition.url
    else:
        path = picture_address(page) if isinstance(page, PICTURED) else ""
    if not path:
        return {"url": f"{settings.SITE_URL}{static('brand/icon-180.png')}", "small": True}
    return {"url": f"{settings.SITE_URL}{path}", "width": 1200, "height": 630}
