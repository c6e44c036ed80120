"""What templates of every package use: the frame's links, icons, durations, pages of a list."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html

from lms.core import navigation
from lms.core.dates import day_in_words

register = template.Library()
NBSP = "\u00a0"


@register.simple_tag(takes_context=True)
def main_menu(context):
    """The sections of the site in the reader's language; the one the reader is in is `current`."""
    return navigation.frame(context.get("request"), context.get("page")).menu


@register.simple_tag(takes_context=True)
def named_pages(context):
    """Links that the frame needs by name: sportello, manifesto, privacy, accessibility."""
    return navigation.frame(context.get("request"), context.get("page")).named


@register.simple_tag(takes_context=True)
def page_crumbs(context):
    """The pages above the Wagtail page being served, from the home page down."""
    return navigation.frame(context.get("request"), context.get("page")).crumbs


@register.simple_tag(takes_context=True)
def language_links(context):
    """One link per language, leading to this same page."""
    return navigation.language_links(context.get("request"), context.get("page"))


@register.filter
def several_own(links):
    """Whether a page has texts of its own in more than one language: only then it has alternates."""
    return sum(link.own for link in links) > 1


@register.simple_tag
def address_of(name):
    """The address of a view by its name, or nothing: `{% address_of "landing" as url %}`."""
    return navigation.address_or_nothing(name)


@register.simple_tag
def source_code_url():
    return settings.SOURCE_CODE_URL


@register.simple_tag
def icon(name, css_class=""):
    """An icon of the sprite, hidden from screen readers: a word always goes with it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        css_class,
        static("icons/icons.svg"),
        name,
    )


@register.filter
def duration(minutes):
    """Minutes as people say them, never broken over two lines: 100 -> "1 h 40", 40 -> "40 min"."""
    if minutes in (None, ""):
        return ""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


@register.filter
def day(value, form="day"):
    """A day in words: `{{ date|day }}` -> "14 gennaio"; forms: those of `lms.core.dates`."""
    return day_in_words(value, form)


@register.filter
def day_before(value, end):
    """The first of two days, with its year when it is another: "11 ottobre 2026", then "10 gennaio 2027"."""
    return day_in_words(value, "year" if value and end and value.year != end.year else "day")


@register.filter
def whole(value):
    """A code that no line breaks, hyphens and all: `{{ cohort.code|whole }}`."""
    return format_html('<span class="nowrap">{}</span>', value)


@register.filter
def keep(value):
    """The text with its spaces made non-breaking: `{{ "3 di 8"|keep }}`."""
    return str(value).replace(" ", NBSP)


@register.filter
def initials(name):
    """At most two capital letters of a name: "Chiara d'Amico" -> "CD"."""
    words = [word for word in str(name).replace("-", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def share_of(part, whole):
    """Whole percent, cut and never rounded up: 2|share_of:3 -> 66; of nothing it is 0."""
    return int(part) * 100 // int(whole) if whole else 0


@register.filter
def co(title):
    """A title split for the play on the prefix: `{% with t=title|co %}{{ t.prefix }}{{ t.rest }}`."""
    text = str(title)
    if text.lower().startswith("co-"):
        return {"prefix": text[:3], "rest": text[3:]}
    return {"prefix": "", "rest": text}


@register.simple_tag
def nearby_pages(page_obj):
    """The numbers a pagination shows: first, last, the current one and its neighbours."""
    return list(
        page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    )
