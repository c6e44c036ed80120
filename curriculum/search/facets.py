"""Courses as the filters see them: which answer a question, and how many each value would show."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from curriculum.models import Course
from curriculum.search.question import KNOWN, Asked
from lms.core.registries import CourseOffer, registries

Values = Mapping[str, frozenset[str]]  # by facet


@dataclass(frozen=True)
class Candidate:
    """A course as the filters see it: its own values, and those of each coming edition."""

    course: Course
    rank: float
    own: Values
    offers: tuple[Values, ...]
    first_start: date | None

    def matches(self, chosen: Values) -> bool:
        """Some edition together with the course answers every facet that has a value chosen."""
        return any(_answers(side, chosen) for side in self.sides)

    @property
    def sides(self) -> list[Values]:
        return [{**self.own, **offer} for offer in self.offers] or [dict(self.own)]


def _answers(side: Values, chosen: Values) -> bool:
    return all(values & side.get(facet, frozenset()) for facet, values in chosen.items() if values)


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
    others = asked.without(facet).chosen
    counts: Counter[str] = Counter()
    for one in candidates:
        sides = [side for side in one.sides if _answers(side, others)]
        counts.update({value for side in sides for value in side.get(facet, ())})
    occurring = {value for one in candidates for side in one.sides for value in side.get(facet, ())}
    shown = occurring | asked.chosen[facet]
    return [
        FacetValue(value, counts[value], value in asked.chosen[facet])
        for value in sorted(shown, key=_order_of(facet))
    ]


def _order_of(facet: str) -> Callable[[str], tuple[int, str]]:
    known = list(KNOWN.get(facet, ()))
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
