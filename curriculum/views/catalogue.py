"""Behind the catalogue (handed over by `on_serve_page`): a plain GET; htmx asks for the part."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from cms.summary import doors_of, open_to_all
from curriculum import search
from curriculum.choices import Audience, Subject
from curriculum.models import Course, Programme
from curriculum.outline import course_entry, module_counts, programme_outlines
from lms.core.budget import search_refused
from lms.core.dates import day_in_words
from lms.core.navigation import page_address

PER_PAGE = 12


def catalogue(request, page):
    asked = search.read_question(request.GET)
    if asked.words and (refused := search_refused(request)):
        return refused
    found = _Found(page, asked)
    part = request.htmx and not request.htmx.history_restore_request
    context = found.context(request.GET.get("page")) | {"part": part}
    template = "curriculum/parts/catalogue_part.html" if part else page.get_template(request)
    response = TemplateResponse(request, template, page.get_context(request) | context)
    if part:
        # Without the empty fields of the form: the same question has one address.
        response["HX-Push-Url"] = found.here
    # The same address answers with the page or with its part.
    patch_vary_headers(response, ["HX-Request"])
    return response


class _Found:
    """One answer of the catalogue: 6 queries, whatever the number of courses, and 2 more when nothing is found."""

    def __init__(self, page, asked: search.Asked):
        self.page, self.asked, self.language = page, asked, _language()
        self.address = page_address(self.language, page.url_path)
        everywhere = list(
            open_to_all(Course.objects.all()).select_related("locale").order_by("path")
        )
        self.courses = [course for course in everywhere if course.locale_id == page.locale_id]
        self.offers = search.offers_of(course.translation_key for course in self.courses)
        ranks = search.found_by_words(asked.words, self.language)
        today = timezone.localdate()
        written: dict[UUID, list[str]] = defaultdict(list)
        for course in everywhere:
            if not course.alias_of_id:
                written[course.translation_key].append(course.locale.language_code)
        self.everything = [
            search.candidate(
                course,
                ranks.get(course.pk, 0),
                self.offers[course.translation_key],
                written[course.translation_key],
                today,
            )
            for course in self.courses
        ]
        self.ranks = ranks
        self.candidates = self._named(asked, ranks)
        self.chosen = search.chosen_courses(self.candidates, asked)

    def _named(self, asked, ranks) -> list[search.Candidate]:
        """Those in which the words occur; all, if none were asked for."""
        if not asked.text:
            return self.everything
        return [one for one in self.everything if one.course.pk in ranks]

    def context(self, number) -> dict:
        counts = module_counts(self.language)
        entries = [course_entry(course, counts) for course in self.chosen]
        context = {
            "asked": self.asked,
            "address": self.address,
            "facets": self._facets(),
            "sorts": self._sorts(),
            "ticked": self._ticked(),
            "page_obj": Paginator(entries, PER_PAGE).get_page(number),
            "total": len(entries),
            "states": _cards(self.offers),
            "programmes": self._programmes(counts),
        }
        if not entries and self.courses:
            context["help"] = self._help()
        return context

    # --- The form -------------------------------------------------------------------------
    def _facets(self) -> list[dict]:
        titles = {
            "subject": _("Subject"),
            "per": _("For whom"),
            "mode": _("How it is held"),
            "month": _("Starts in"),
            "seats": _("Seats"),
            "language": _("Texts in"),
        }
        return [
            {
                "name": facet,
                "title": title,
                "values": [
                    {
                        "value": one.value,
                        "label": self._label(facet, one.value),
                        "count": one.count,
                        "chosen": one.chosen,
                    }
                    for one in search.facet_values(self.candidates, self.asked, facet)
                ],
            }
            for facet, title in titles.items()
        ]

    def _label(self, facet: str, value: str) -> str:
        if facet == "subject":
            return Subject(value).label
        if facet == "per":
            return Audience(value).label
        if facet == "month":
            year, month = value.split("-")
            return day_in_words(date(int(year), int(month), 1), "month-year")
        if facet == "language":
            return get_language_info(value)["name_translated"].capitalize()
        if facet == "seats":
            return _("Seats free now")
        return {"house": _("In the house"), "remote": _("Remote"), "hybrid": _("Hybrid")}[value]

    def _sorts(self) -> list[dict]:
        first = _("Most relevant first") if self.asked.words else _("As the house orders them")
        labels = {"": first, "start": _("Starting soonest"), "title": _("By title")}
        return [
            {"value": value, "label": label, "chosen": value == self.asked.sort}
            for value, label in labels.items()
        ]

    def _ticked(self) -> list[dict]:
        """What narrows the list now, each with the address of the list without it."""
        rows = []
        if self.asked.text:
            rows.append({"label": self._quoted, "asked": self.asked.with_text("")})
        for facet in search.FACETS:
            for value in sorted(self.asked.chosen[facet]):
                label = self._label(facet, value)
                rows.append({"label": label, "asked": self.asked.without(facet, value)})
        return [{"label": row["label"], "url": self._url(row["asked"])} for row in rows]

    @property
    def _quoted(self) -> str:
        return _("“%(words)s”") % {"words": self.asked.text}

    @property
    def here(self) -> str:
        return self._url(self.asked)

    def _url(self, asked: search.Asked) -> str:
        query = asked.query()
        return f"{self.address}?{query}" if query else self.address

    # --- Around the courses -----------------------------------------------------------------
    def _programmes(self, counts) -> list:
        """Programmes in this language: all of them, or those that hold the words; none where a facet is ticked."""
        if any(self.asked.chosen.values()):
            return []
        rows = open_to_all(Programme.objects.filter(locale_id=self.page.locale_id))
        if self.asked.text:
            rows = rows.filter(pk__in=list(self.ranks))
        entries = [course_entry(course, counts) for course in self.courses]
        return programme_outlines(rows.order_by("path"), entries)

    def _help(self) -> dict:
        """When nothing is found: which filter to take away, another spelling, whom to ask."""
        asked = self.asked
        fewer = []
        for facet in search.FACETS:
            for value in sorted(asked.chosen[facet]):
                fewer.append(
                    (self._label(facet, value), asked.without(facet, value), self.candidates)
                )
        if asked.text and any(asked.chosen.values()):
            fewer.append((self._quoted, asked.with_text(""), self.everything))
        steps = [
            {
                "label": label,
                "url": self._url(less),
                "count": len(search.chosen_courses(rows, less)),
            }
            for label, less, rows in fewer
        ]
        near = (
            search.nearest_spelling(asked.words, self.language)
            if asked.words and not self.candidates
            else ""
        )
        return {
            "fewer": [step for step in steps if step["count"]],
            "near": near,
            "near_url": self._url(asked.with_text(near)) if near else "",
            "help_desk": doors_of(self.page).sections.get("help_desk"),
        }


def _cards(offers) -> dict:
    """{translation key: what the card shows of the edition to look at first, or None}."""
    return {key: some[0].card if some else None for key, some in offers.items()}


def _language() -> str:
    return (get_language() or "it")[:2]
