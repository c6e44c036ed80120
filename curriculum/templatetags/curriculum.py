"""What the pages of the catalogue ask: the page models compute nothing themselves."""

import contextlib
import json
from uuid import UUID

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.models import Partner
from cms.rich_text import addresses_of
from cms.summary import open_to_all
from curriculum import languages, outline, reading
from curriculum.models import Course, Lesson, Module
from curriculum.pictures import PICTURED, picture_address
from curriculum.rules import may_read_lessons
from lms.accounts.models import User
from lms.core.navigation import page_address
from lms.core.templatetags.cohub import duration

register = template.Library()
NBSP = "\u00a0"
# Characters that would end the script element or be read as mark-up.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.simple_tag
def catalogue_courses():
    """The courses in the reader's language."""
    return outline.catalogue_outline(_language())


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
    return page_address(_language(), page.url_path)


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
    if lesson.body or _code(lesson.locale.language_code) == "it":
        return {"body": lesson.body, "language": _code(lesson.locale.language_code)}
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


# --- For machines -----------------------------------------------------------------------------
@register.simple_tag
def course_json_ld(course, outline, cohorts, instructors, address, picture=None):
    """schema.org's Course as a data block; it runs nothing, so the security policy needs no nonce.

    The fields are those of https://developers.google.com/search/docs/appearance/structured-data/course-info
    """
    hub = {"@type": "Organization", "name": settings.WAGTAIL_SITE_NAME, "url": settings.SITE_URL}
    data = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": f"{settings.SITE_URL}{address}",
        "name": course.title,
        "description": course.search_description or course.summary,
        "url": f"{settings.SITE_URL}{address}",
        "courseCode": course.code,
        "inLanguage": "it" if course.alias_of_id else _language(),
        "provider": hub,
        "timeRequired": f"PT{course.hours_total}H",
        "about": course.get_subject_display(),
        "audience": [
            {"@type": "EducationalAudience", "audienceType": str(label)}
            for label in course.audience_labels
        ],
        "teaches": list(course.outcome_texts.values()),
        "syllabusSections": [
            {"@type": "Syllabus", "name": module.title, "timeRequired": f"PT{module.minutes}M"}
            for module in outline.modules
        ],
        "hasCourseInstance": [_instance(course, item.cohort, instructors) for item in cohorts],
    }
    if picture and not picture.get("small"):
        data["image"] = picture["url"]
    if course.eqf_level:
        data["educationalLevel"] = eqf_level(course.eqf_level)
    if course.prerequisites:
        data["coursePrerequisites"] = course.prerequisites
    if course.fee is not None:
        data["offers"] = [_price(course, f"{settings.SITE_URL}{address}")]
    text = json.dumps(data, ensure_ascii=False).translate(JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


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


def _price(course, address):
    category = "Paid" if course.fee else "Free"
    if course.fee and course.bursary_text:
        category = "Partially Free"
    return {
        "@type": "Offer",
        "category": category,
        "price": f"{course.fee:.2f}",
        "priceCurrency": "EUR",
        "url": address,
    }


def _instance(course, cohort, instructors):
    address = f"{settings.SITE_URL}{cohort.get_absolute_url()}"
    mode = {"house": "Onsite", "remote": "Online"}.get(cohort.mode, "Blended")
    instance = {
        "@type": "CourseInstance",
        "name": cohort.code,
        "url": address,
        "courseMode": mode,
        "courseWorkload": f"PT{course.hours_class + course.hours_project}H",
        "startDate": cohort.starts_on.isoformat(),
        "endDate": cohort.ends_on.isoformat(),
        "maximumAttendeeCapacity": cohort.seats,
        "instructor": [
            {"@type": "Person", "name": person.get_full_name()}
            for person in instructors
            if person.get_full_name()
        ],
    }
    meetings = getattr(cohort, "meetings", 0)
    if meetings:
        instance["courseSchedule"] = {
            "@type": "Schedule",
            "startDate": cohort.starts_on.isoformat(),
            "endDate": cohort.ends_on.isoformat(),
            "repeatCount": meetings,
            "repeatFrequency": _frequency(cohort, meetings),
            "duration": f"PT{round(course.hours_class * 60 / meetings)}M",
        }
    places = []
    if mode != "Online" and cohort.place:
        places.append({"@type": "Place", "name": cohort.place, "address": _postal(cohort.place)})
    if mode != "Onsite":
        places.append({"@type": "VirtualLocation", "url": address})
    if places:
        instance["location"] = places[0] if len(places) == 1 else places
    if course.fee is not None:
        instance["offers"] = _price(course, address)
    return instance


def _frequency(cohort, meetings) -> str:
    """How often one meets, in Google's words, from the days between the first and the last meeting."""
    every = (cohort.ends_on - cohort.starts_on).days / max(1, meetings - 1)
    return "Daily" if every < 3 else "Weekly" if every < 18 else "Monthly"


def _postal(place) -> dict:
    """The place is one line, "name, street and number, city": what follows the name is the street."""
    parts = [part.strip() for part in place.split(",") if part.strip()]
    address = {"@type": "PostalAddress", "addressCountry": "IT"}
    if len(parts) > 1:
        address["addressLocality"] = parts[-1]
    address["streetAddress"] = ", ".join(parts[1:-1] if len(parts) > 2 else parts[:1])
    return address


def _language() -> str:
    return _code(get_language() or "it")


def _code(language: str) -> str:
    return language[:2]
