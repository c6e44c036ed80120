"""What the pages of the catalogue ask of cohorts: one of the doors by which a package acts upwards."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from lms.cohorts import summary

register = template.Library()


@register.simple_tag
def upcoming_cohorts(course):
    """The editions of a course that are announced, open or running, the one to look at first first."""
    return summary.upcoming_cohorts([course.translation_key])[course.translation_key]


@register.simple_tag
def cohort_states_of(entries):
    """{translation key: the edition to show on the card, or None} of many courses in one query."""
    found = summary.upcoming_cohorts(entry.course.translation_key for entry in entries)
    return {key: (cohorts[0] if cohorts else None) for key, cohorts in found.items()}


@register.filter
def state_of(states, course):
    """`{{ states|state_of:course }}`: a look-up that the template language has no word for."""
    return states.get(course.translation_key)


@register.filter
def joinable(session):
    """Whether the cohort gets the link now: from a quarter of an hour before the start to the end."""
    return summary.joinable(session)


@register.filter
def opens_today(session):
    """When the link opens, if that is later today."""
    return summary.opens_today(session)


@register.filter
def was_before(session):
    """What a changed session was before, in words."""
    return summary.was_before(session)


@register.filter
def euro(cents):
    """Cents as people read them: 125000 -> "1.250,00 €", with a space that does not break; nothing for None."""
    if cents is None:
        return ""
    amount = number_format(Decimal(cents) / 100, 2, use_l10n=True, force_grouping=True)
    return f"{amount}\u00a0€"


@register.simple_tag
def fee_of(enrolment):
    """How a learner stands with the fee of a cohort (`summary.FeeStanding`)."""
    return summary.fee_standing(enrolment)
