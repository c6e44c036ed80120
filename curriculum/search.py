"""The catalogue as a reader asks for it: words, filters with their counts, order, and help when nothing is found.

Everything here reads published pages alone: a draft is in no result, no count, no suggestion.
"""

import difflib
import operator
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils.http import urlencode

from curriculum.choices import Audience, Subject
from curriculum.models import Course, SearchText
from lms.core.registries import CourseOffer, registries

LONGEST_QUERY, MOST_WORDS = 100, 8
SORTS = (
    "",
    "start",
    "title",
)  # "": by relevance where there are words, else as the house orders its courses
# Snowball stemmers that PostgreSQL brings along.
STEMMERS = {"it": "italian", "en": "english"}
# Words too common to ask for; without accents, as `folded` leaves them.
COMMON = frozenset(
    [
        "a",
        "al",
        "alla",
        "ai",
        "con",
        "da",
        "dal",
        "dalla",
        "dei",
        "del",
        "della",
        "di",
        "e",
        "ed",
        "gli",
        "i",
        "il",
        "in",
        "la",
        "le",
        "lo",
        "nel",
        "nella",
        "per",
        "su",
        "sul",
        "un",
        "una",
        "uno",
        "che",
        "come",
        "cosa",
        "corso",
        "corsi",
        "master",
        "an",
        "and",
        "for",
        "how",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "course",
        "courses",
    ]
)
# How much a word weighs by where it stands: SQLite counts it so, PostgreSQL has weights of its own (A, B, D).
WEIGHTS = {"heading": 12, "lead": 4, "rest": 1}


# --- What was asked ---------------------------------------------------------------------------
FACETS = ("subject", "per", "mode", "month", "seats", "language")


@dataclass(frozen=True)
class Asked:
    """A reader's question, of known values alone: `chosen` has the values ticked in each facet."""

    words: tuple[str, ...] = ()
    text: str = ""
    chosen: Mapping[str, frozenset[str]] = None  # type: ignore[assignment]
    sort: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.words or any(self.chosen.values()))

    def without(self, facet: str, value: str | None = None) -> "Asked":
        """The same question with one value (or every value) of a facet less."""
        left = self.chosen[facet] - {value} if value is not None else frozenset()
        return replace(self, chosen={**self.chosen, facet: left})

    def with_text(self, text: str) -> "Asked":
        return replace(self, text=text, words=words_of(text))

    def query(self) -> str:
        """As the query of an address, in one order: the same question has one address."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(facet, value) for facet in FACETS for value in sorted(self.chosen[facet])]
        pairs += [("sort", self.sort)] if self.sort else []
        return urlencode(pairs)


def folded(text: str) -> list[str]:
    """Words without accents, capitals and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.findall(r"[^\W_]+", "".join(x for x in plain if not unicodedata.combining(x)))


def words_of(text: str) -> tuple[str, ...]:
    """The words worth looking for: at most eight, the common ones left out unless there are no others."""
    words = list(dict.fromkeys(folded(text[:LONGEST_QUERY])))
    return tuple([word for word in words if word not in COMMON][:MOST_WORDS] or words[:MOST_WORDS])


def read_question(data: Mapping[str, Any]) -> Asked:
    """From a QueryDict; anything not understood is left out, and a text too long is cut."""
    text = " ".join(data.get("q", "").replace("\x00", " ").split())[:LONGEST_QUERY]
    known = {
        "subject": Subject.values,
        "per": Audience.values,
        "mode": ("house", "remote", "hybrid"),
        "seats": ("free",),
        "language": ("it", "en"),
    }
    chosen = {
        facet: frozenset(data.getlist(facet)[:20]) & frozenset(values)  # type: ignore[attr-defined]
        for facet, values in known.items()
    }
    months = data.getlist("month")[:20]  # type: ignore[attr-defined]
    chosen["month"] = frozenset(
        month for month in months if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", month)
    )
    sort = data.get("sort", "")
    return Asked(words_of(text), text, chosen, sort if sort in SORTS else "")


# --- Words ------------------------------------------------------------------------------------
def found_by_words(words: Iterable[str], language: str) -> dict[int, float]:
    """{page id: rank} of the published pages in which every word occurs; one query.

    PostgreSQL knows words by their Italian or English stem, and by how they begin; SQLite by how they begin.
    """
    words = list(words)
    rows = SearchText.objects.filter(language=language, page__live=True)
    if not words:
        return {}
    found: QuerySet[Any] = (
        _by_stem(rows, words, language)
        if connection.vendor == "postgresql"
        else _by_start(rows, words)
    )
    return dict(found.values_list("page_id", "rank"))


def _by_stem(rows: QuerySet, words: list[str], language: str) -> QuerySet:
    stem = STEMMERS.get(language, "simple")
    parts = (
        SearchVector(column, weight=weight, config=config)
        for config in (stem, "simple")
        for column, weight in zip(WEIGHTS, "ABD", strict=True)
    )
    vector = reduce(operator.add, parts)
    # A word is letters and digits: the raw form has no operator to smuggle in.
    wanted = reduce(
        operator.and_,
        (
            SearchQuery(word, config=stem)
            | SearchQuery(f"{word}:*", config="simple", search_type="raw")
            for word in words
        ),
    )
    return rows.annotate(vector=vector, rank=SearchRank(F("vector"), wanted)).filter(vector=wanted)


def _by_start(rows: QuerySet, words: list[str]) -> QuerySet:
    rank: Combinable = Value(0)
    for word in words:
        somewhere = Q()
        for column, weight in WEIGHTS.items():
            here = {f"{column}__contains": f" {word}"}
            somewhere |= Q(**here)
            rank = rank + Case(
                When(**here, then=Value(weight)), default=Value(0), output_field=IntegerField()
            )
        rows = rows.filter(somewhere)
    return rows.annotate(rank=rank)


def nearest_spelling(asked: Asked, language: str) -> str:
    """What may have been meant, of words on published pages, "" if nothing near; one query."""
    vocabulary: set[str] = set()
    for texts in SearchText.objects.filter(language=language, page__live=True).values_list(
        "heading", "lead", "rest"
    ):
        vocabulary.update(word for text in texts for word in text.split() if len(word) > 3)
    meant = []
    for word in asked.words:
        if any(known.startswith(word) for known in vocabulary):
            meant.append(word)
            continue
        near = difflib.get_close_matches(word, vocabulary, n=1, cutoff=0.75)
        if not near:
            return ""
        meant.append(near[0])
    return " ".join(meant) if tuple(meant) != asked.words else ""


# --- Facets -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Candidate:
    """A course as the filters see it: its own values, and those of each coming edition."""

    course: Course
    rank: float
    own: Mapping[str, frozenset[str]]
    offers: tuple[Mapping[str, frozenset[str]], ...]
    first_start: date | None

    def matches(self, chosen: Mapping[str, frozenset[str]], *, but: str = "") -> bool:
        """Some edition together with the course answers every facet that has a value chosen, `but` one."""
        return any(
            all(
                values & side.get(facet, frozenset())
                for facet, values in chosen.items()
                if values and facet != but
            )
            for side in self.sides
        )

    @property
    def sides(self) -> list[Mapping[str, frozenset[str]]]:
        return [{**self.own, **offer} for offer in self.offers] or [dict(self.own)]


@dataclass(frozen=True)
class FacetValue:
    value: str
    count: int
    chosen: bool


def candidate(
    course: Course,
    rank: float,
    offers: Iterable[CourseOffer],
    languages: Iterable[str],
    today: date,
) -> Candidate:
    offers = list(offers)
    coming = [offer.starts_on for offer in offers if offer.starts_on >= today]
    return Candidate(
        course=course,
        rank=rank,
        own={
            "subject": frozenset([course.subject]),
            "per": frozenset(course.audience),
            "language": frozenset(languages),
        },
        offers=tuple(
            {
                "mode": frozenset([offer.mode]),
                "month": frozenset(
                    [f"{offer.starts_on:%Y-%m}"] if offer.starts_on >= today else []
                ),
                "seats": frozenset(["free"] if offer.free else []),
            }
            for offer in offers
        ),
        first_start=min(coming, default=None),
    )


def facet_values(candidates: list[Candidate], asked: Asked, facet: str) -> list[FacetValue]:
    """Each value of a facet that occurs or is ticked, with the courses it would show: other facets hold."""
    counts: dict[str, int] = {}
    for one in candidates:
        values: set[str] = set()
        for side in one.sides:
            others = {
                name: ticked for name, ticked in asked.chosen.items() if ticked and name != facet
            }
            if all(ticked & side.get(name, frozenset()) for name, ticked in others.items()):
                values |= side.get(facet, frozenset())
        for value in values:
            counts[value] = counts.get(value, 0) + 1
    occurring = {value for one in candidates for side in one.sides for value in side.get(facet, ())}
    shown = occurring | asked.chosen[facet]
    return [
        FacetValue(value, counts.get(value, 0), value in asked.chosen[facet])
        for value in sorted(shown, key=_order_of(facet))
    ]


def _order_of(facet: str):
    known: list[str] = {
        "subject": Subject.values, "per": Audience.values, "mode": ["house", "remote", "hybrid"],
        "language": ["it", "en"],
    }.get(facet, [])  # fmt: skip
    return lambda value: (known.index(value) if value in known else 0, value)


def chosen_courses(candidates: list[Candidate], asked: Asked) -> list[Course]:
    """Those that answer the whole question, in the order asked for; equals stay in the house's order."""
    found = [one for one in candidates if one.matches(asked.chosen)]
    if asked.sort == "start":
        found.sort(key=lambda one: (one.first_start is None, one.first_start or date.max))
    elif asked.sort == "title":
        found.sort(key=lambda one: one.course.title.casefold())
    elif asked.words:
        found.sort(key=lambda one: -one.rank)
    return [one.course for one in found]


def offers_of(keys: Iterable[UUID]) -> dict[UUID, list[CourseOffer]]:
    """What other packages offer of courses: their coming editions; one query for each package."""
    keys = list(keys)
    found: dict[UUID, list[CourseOffer]] = {key: [] for key in keys}
    for offers in registries.course_offers.values():
        for key, some in offers(keys).items():
            found[key] += some
    return found
