"""What machines read of a course: schema.org's words in a data block on its page."""

import json

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from curriculum.templatetags.curriculum import eqf_level

register = template.Library()
# Characters that would end the script element or be read as mark-up.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


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
        "inLanguage": "it" if course.alias_of_id else get_language(),
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
