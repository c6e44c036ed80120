"""Registries that live below their users: packages fill them in `AppConfig.ready()` with plain callables.

They are one of the three doors by which a package acts upwards (docs/decisions/0002).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class PersonalData:
    """What one model holds about a person: how it is given to them, and how it is erased.

    `export(user)` returns JSON-ready rows; `erase(user)` deletes or anonymises and returns the number
    of rows touched; `kept` is the sentence for the person when the rows must be kept (domain: Personal data).
    """

    model: str  # "app.Model"
    export: Callable[[Any], list[dict]]
    erase: Callable[[Any], int] | None = None
    kept: Any = ""


@dataclass(frozen=True)
class DueWork:
    """Work that the clock starts: `run()` every `every` seconds; it must bear running twice."""

    name: str
    every: int
    run: Callable[[], object]


def everybody(user: Any) -> bool:
    return True


def as_it_was(context: dict) -> dict | None:
    return context


@dataclass(frozen=True)
class MailKind:
    """A kind of mail, as people choose it: `queue_mail` takes no mail without one.

    A mandatory kind cannot be switched off, and `reason` says why. `concerns(user)` keeps a kind off the page of
    people who never get it. `refresh(context)` is asked when a mail is about to leave: it returns the context as
    it must be now, or None where the mail has lost its object (a session called off, an announcement taken down).
    """

    name: str  # "package.occasion"
    title: Any
    description: Any
    mandatory: bool = False
    default: bool = True
    reason: Any = ""
    concerns: Callable[[Any], bool] = everybody
    refresh: Callable[[dict], dict | None] = as_it_was


@dataclass(frozen=True)
class MailChoices:
    """How the mail queue learns what people chose; filled by the package that keeps their preferences.

    `wanted(recipient, kind)` is true for addresses without an account. `stop_address(recipient, kind, language)`
    is where one click stops the kind, and `page_address(language)` where all choices stand; "" without an account.
    """

    wanted: Callable[[str, MailKind], bool]
    stop_address: Callable[[str, MailKind, str], str]
    page_address: Callable[[str], str]


@dataclass(frozen=True)
class Deadline:
    """A moment by which one person must have done something; `key` names it, and is reminded of once.

    `title` and `detail` are given in the person's language; `path` is where to do it.
    """

    key: str
    user: Any
    at: datetime
    title: str
    path: str
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """A report definition, without pandas: a name, a title, and who may ask for it."""

    name: str
    title: Any
    permission: str


@dataclass(frozen=True)
class CourseUse:
    """Something that uses a course, as its authors see it: a cohort with its code, its phase in words, its address."""

    code: str
    label: Any
    url: str


@dataclass(frozen=True)
class OutcomeUse:
    """Something outside the catalogue's pages that serves learning outcomes of a course, such as a quiz."""

    title: str
    keys: frozenset[str]
    public: bool = True  # False while only its authors know of it


@dataclass(frozen=True)
class CourseOffer:
    """An edition of a course that can still be looked forward to, as the catalogue's filters need it."""

    mode: str  # house, remote, hybrid
    mode_label: Any
    starts_on: date
    free: bool  # applications are open and a seat is free
    card: Any  # what the course's card shows of it: `label` in words, `tone` of the chip


@dataclass(frozen=True)
class ArchivePart:
    """Files of a course archive that belong to a package above `curriculum`; texts by their path.

    `claims(path)` says which are its own; `write(course)` gives them; `check(texts, code, outcome keys)` returns
    every fault, with its file, and in words what there is; `put(course, texts, by)` writes what was checked, as
    drafts, and returns the rows made.
    """

    claims: Callable[[str], bool]
    write: Callable[[Any], dict[str, str]]
    check: Callable[[dict[str, str], str, set[str]], tuple[list[str], str]]
    put: Callable[[Any, dict[str, str], Any], list]


@dataclass(frozen=True)
class LessonPreviewer:
    """How another package shows a draft as learners would read it.

    `cohorts(user, translation key of the course)` lists the codes that the person may choose, newest first;
    `show(request, lesson, code, language)` answers, and with 404 where the cohort is not the person's.
    """

    cohorts: Callable[[Any, Any], list[str]]
    show: Callable[[Any, Any, str, str], Any]


@dataclass(frozen=True)
class ModuleStanding:
    """Ids of a cohort's modules that a learner has passed, and of those in which they have opened a lesson."""

    passed: frozenset[int] = frozenset()
    begun: frozenset[int] = frozenset()


@dataclass(frozen=True)
class QuizLedger:
    """What a module may wait for, from a package above cohorts.

    `titles(cohort ids)` gives `{cohort id: {key: title}}` of the published quizzes, in order; `passed(enrolment ids)`
    gives `{enrolment id: keys}` of those passed. Each in a constant number of queries.
    """

    titles: Callable[[Iterable[int]], dict[int, dict[str, str]]]
    passed: Callable[[Iterable[int]], dict[int, set[str]]]


@dataclass
class Registries:
    permission_rules: dict[str, Callable[[Any, Any], bool]] = field(default_factory=dict)
    personal_data: dict[str, PersonalData] = field(default_factory=dict)
    due_work: dict[str, DueWork] = field(default_factory=dict)
    mail_kinds: dict[str, MailKind] = field(default_factory=dict)
    mail_choices: MailChoices | None = None
    # `(from, to)`: the deadlines of people that fall between the two moments and are still to be met.
    deadlines: dict[str, Callable[[datetime, datetime], Iterable[Deadline]]] = field(
        default_factory=dict
    )
    reports: dict[str, Report] = field(default_factory=dict)
    archive_parts: dict[str, ArchivePart] = field(default_factory=dict)
    # `(translation keys of courses, user) -> {key: [CourseUse]}`: what the person may know of.
    course_uses: list[Callable[[Any, Any], dict[Any, list[CourseUse]]]] = field(
        default_factory=list
    )
    lesson_previewer: LessonPreviewer | None = None
    # `(enrolments) -> {enrolment id: ModuleStanding}`, by the package that knows which lessons are done.
    module_standings: Callable[[Iterable[Any]], dict[int, ModuleStanding]] | None = None
    quiz_ledger: QuizLedger | None = None
    outcome_uses: dict[str, Callable[[Iterable[UUID]], dict[UUID, list[OutcomeUse]]]] = field(
        default_factory=dict
    )
    course_offers: dict[str, Callable[[Iterable[UUID]], dict[UUID, list[CourseOffer]]]] = field(
        default_factory=dict
    )


registries = Registries()


def register_rule(permission: str, predicate: Callable[[Any, Any], bool]) -> None:
    """Let `user.has_perm(permission, obj)` ask `predicate(user, obj)`."""
    registries.permission_rules[permission] = predicate


def register_personal_data(entry: PersonalData) -> None:
    registries.personal_data[entry.model] = entry


def register_due_work(entry: DueWork) -> None:
    registries.due_work[entry.name] = entry


def register_mail_kind(kind: MailKind) -> None:
    registries.mail_kinds[kind.name] = kind


def register_deadlines(
    name: str, deadlines: Callable[[datetime, datetime], Iterable[Deadline]]
) -> None:
    """`deadlines(from, to)` gives those that fall between the two moments and are still to be met."""
    registries.deadlines[name] = deadlines


def register_outcome_uses(
    name: str, uses: Callable[[Iterable[UUID]], dict[UUID, list[OutcomeUse]]]
) -> None:
    """`uses(translation keys of courses)` tells what serves the outcomes of each, in one query."""
    registries.outcome_uses[name] = uses


def register_course_offers(
    name: str, offers: Callable[[Iterable[UUID]], dict[UUID, list[CourseOffer]]]
) -> None:
    """`offers(translation keys of courses)` tells the editions of each, the one to show first, in one query."""
    registries.course_offers[name] = offers
