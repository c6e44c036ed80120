"""Every address × every role: what each is answered, by GET and by POST, in one table (quality: Who sees what).

The table is `access_matrix.txt`, read by people; a new address without a row makes a test fail.
"""

import re
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.cache import cache as default_cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse
from django.utils import translation

from lms.community.summary import stop_token
from lms.core import budget
from tests.factories import world
from tests.factories.world import ROLES

TABLE = Path(__file__).with_name("access_matrix.txt")
# Wagtail's and allauth's own screens: their own tests answer for them, ours for who may enter.
FOREIGN_NAMES = ("account_", "mfa_", "wagtail")
FOREIGN_NAMESPACES = ("wagtail", "djdt")
OUR_SNIPPETS = (
    "wagtailsnippets_assessment",
    "wagtailsnippets_cms",
    "wagtailsnippetchoosers_assessment",
    "wagtailsnippetchoosers_cms",
)
# Patterns without a name: Wagtail's two for errors, and /v/ without its slash.
NAMELESS = {"admin/test404/", "admin/^.*/$", "^v/(?P<code>.+)$"}
# GETs that are not reading: the link of an invitation counts those who try others.
LOGGED = {"accounts:invitation"}
REFUSALS = {"404", "403", "login", "gate", "away"}
BIG = 987654321
UNKNOWN = "MC-NIENTE-2026-1"


def addresses(resolver=None, namespace="", prefix=""):
    """(namespace:name, pattern) of every address of the site."""
    for part in (resolver or get_resolver()).url_patterns:
        where = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            inner = ":".join(filter(None, (namespace, part.namespace)))
            yield from addresses(part, inner, where)
        else:
            yield (f"{namespace}:{part.name}" if namespace else part.name), where


def is_ours(name: str) -> bool:
    namespace, _colon, bare = name.rpartition(":")
    if namespace.startswith(OUR_SNIPPETS):
        return True
    if namespace:
        return not namespace.startswith(FOREIGN_NAMESPACES)
    return not bare.startswith(FOREIGN_NAMES)


# --- The table ------------------------------------------------------------------------------
@cache
def table() -> dict[tuple[str, str], dict[str, str]]:
    """(row, method) → role → outcome. A row is the name of an address, with `#variant` where it has several."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    groups: dict[str, list[str]] = {"*": list(ROLES)}
    for line in TABLE.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, rest = line.split(None, 1)
        if name.startswith("@"):
            groups[name] = expand(rest, groups)
            continue
        method, said = rest.split(None, 1)
        outcomes: dict[str, str] = {}
        for part in said.split(";"):
            outcome, who = part.split(None, 1)
            for role in expand(who, groups):
                outcomes.setdefault(role, outcome)
        for one in name.split(","):
            assert (one, method) not in rows, f"{one} {method} stands twice in the table"
            rows[one, method] = outcomes
    return rows


def expand(words: str, groups: dict[str, list[str]]) -> list[str]:
    found: list[str] = []
    for word in words.split():
        found += groups.get(word, [word])
    assert set(found) <= set(ROLES), words
    return found


# --- The addresses ---------------------------------------------------------------------------
def arguments(w) -> dict[str, tuple[list, list]]:
    """Of each row: the object of the cohort `ours` (or of the learner), and one that does not exist."""
    ours, code, lesson = w.ours.pk, w.ours.code, [w.lesson.lesson_id, w.lesson.lesson.slug]
    nothing = [UNKNOWN, BIG, "niente"]
    found = {
        "public_image": (["niente.png"], ["nulla.png"]),
        "mailbox_message": (["20260101", 0], ["20260102", 9]),
        "mailbox_html": (["20260101", 0], ["20260102", 9]),
        "mailbox_attachment": (["20260101", 0, 0], ["20260102", 9, 9]),
        "cohorts_admin:workbench": ([ours], [BIG]),
        "cohorts_admin:applications": ([ours], [BIG]),
        "cohorts_admin:enrolments": ([ours], [BIG]),
        "cohorts_admin:enrolments_csv": ([ours], [BIG]),
        "cohorts_admin:ways_in": ([ours], [BIG]),
        "cohorts_admin:fees": ([ours], [BIG]),
        "cohorts_admin:roster_upload": ([ours], [BIG]),
        "cohorts_admin:roster_template": ([ours], [BIG]),
        "cohorts_admin:roster": ([ours, w.roster.pk], [ours, BIG]),
        "cohorts_admin:roster#foreign": ([w.theirs.pk, w.roster.pk], [ours, BIG]),
        "cohorts_admin:key": ([w.theirs.pk, w.key.pk], [ours, BIG]),
        "cohorts_admin:key#foreign": ([ours, w.key.pk], [ours, BIG]),
        "cohorts_admin:enrolment_fee": ([ours, w.enrolment.pk], [ours, BIG]),
        "cohorts_admin:enrolment_fee#foreign": ([w.theirs.pk, w.enrolment.pk], [ours, BIG]),
        "cohorts:key": ([code], [UNKNOWN]),
        "cohorts:key#draft": ([w.draft.code], [UNKNOWN]),
        "cohorts:fee": ([code], [UNKNOWN]),
        "cohorts:key_link": ([w.key_token], ["x" * 43]),
        "cohorts:seat": ([w.seat_token], ["x" * 43]),
        "cohorts:grant": ([w.grant.pk], [BIG]),
        "cohorts_admin:sessions": ([ours], [BIG]),
        "cohorts_admin:staff": ([ours], [BIG]),
        "cohorts_admin:session": ([ours, w.coming.pk], [ours, BIG]),
        "cohorts_admin:session#foreign": ([w.theirs.pk, w.coming.pk], [ours, BIG]),
        "cohorts_admin:withdrawal": ([ours, w.enrolment.pk], [ours, BIG]),
        "cohorts_admin:withdrawal#foreign": ([w.theirs.pk, w.enrolment.pk], [ours, BIG]),
        "cohorts_admin:planner": ([ours], [BIG]),
        "cohorts_admin:move_all": ([ours], [BIG]),
        "cohorts_admin:rerun": ([ours], [BIG]),
        "cohorts_admin:staff_row": ([ours, w.ours.staff.first().pk], [ours, BIG]),
        "cohorts_admin:staff_row#foreign": ([w.theirs.pk, w.ours.staff.first().pk], [ours, BIG]),
        "cohorts_admin:versions": ([ours], [BIG]),
        "cohorts_admin:criterion_add": ([ours], [BIG]),
        "cohorts_admin:criterion": ([ours, w.criterion.pk], [ours, BIG]),
        "cohorts_admin:ranking_csv": ([ours, 1], [ours, 9]),
        "cohorts_admin:decisions": ([ours], [BIG]),
        "cohorts:reading": ([w.reading.pk], [BIG]),
        "cohorts:conflict": ([w.reading.pk], [BIG]),
        "cohorts:reading_file": ([w.reading.pk, 1], [BIG, 1]),
        "cohorts_admin:difference": ([ours, w.lesson.pins.first().pk], [ours, BIG]),
        "cohorts_admin:application": ([ours, w.application.pk], [ours, BIG]),
        "cohorts_admin:application#foreign": ([w.theirs.pk, w.application.pk], [ours, BIG]),
        "cohorts_admin:application_form": ([ours], [BIG]),
        "cohorts_admin:form_preview": ([ours], [BIG]),
        "cohorts_admin:question": ([ours, w.application_question.pk], [ours, BIG]),
        "cohorts:application_file": ([code, w.application_file.key], [code, UUID(int=8)]),
        "cohorts:interest": ([w.course.code], ["MC-NIENTE"]),
        "cohorts:interest_confirm": (["x:y:z"], ["a:b:c"]),
        "cohorts:interest_remove": (["x:y:z"], ["a:b:c"]),
        "cohorts:join": ([w.coming.pk], [BIG]),
        "cohorts:room": ([w.room.slug], ["niente"]),
        "calendar_feed": ([f"{w.feed}.ics"], ["x" * 32 + ".ics"]),
        "cohorts_admin:act": ([ours, "apri"], [BIG, "apri"]),
        "reports:cohort": ([code], [UNKNOWN]),
        "reports:cohort#draft": ([w.draft.code], [UNKNOWN]),
        "reports:download": ([code, "r1", "csv"], [UNKNOWN, "r1", "csv"]),
        "course_archive:confirm": ([UUID(int=7)], [UUID(int=8)]),
        "course_archive:export": ([w.ours.course_id], [BIG]),
        "certificates_admin:cohort": ([ours], [BIG]),
        "certificates_admin:issue": ([ours], [BIG]),
        "certificates_admin:issue_all": ([ours], [BIG]),
        "certificates_admin:job": ([w.job.pk], [BIG]),
        "certificates_admin:certificate": ([w.certificate.pk], [BIG]),
        "api:course-detail": (["MC-PROVA"], ["MC-NIENTE"]),
        "api:enrolment-detail": ([w.enrolment.code], [f"{UNKNOWN}-001"]),
        "api:enrolment-progress": ([w.enrolment.code], [f"{UNKNOWN}-001"]),
        "verify": ([w.certificate.code], ["0" * 26]),
        "verify#revoked": ([w.revoked.code], ["0" * 26]),
        "accounts:invitation": (["x" * 43], ["y" * 43]),
        "accounts:revoke_invitation": ([w.invitation.pk], [BIG]),
        "accounts:person": ([w.peer.pk], [BIG]),
        "accounts:change_role": ([w.peer.pk], [BIG]),
        "accounts:change_access": ([w.peer.pk], [BIG]),
        "attendance:register": ([code, w.session.number], [UNKNOWN, 1]),
        "attendance:register#coming": ([code, w.coming.number], [UNKNOWN, 1]),
        "assessment:detail": ([code, w.quiz.pk], [UNKNOWN, w.quiz.pk]),
        "assessment:detail#draft": ([code, w.draft_quiz.pk], [code, BIG]),
        "certificates:download": (
            [w.certificate.uuid, w.certificate.file_slug],
            [w.unknown_uuid, w.certificate.file_slug],
        ),
        "cms:event_calendar": (["eventi/una-sera/"], ["eventi/nulla/"]),
        "cms:event_calendar#draft": (["eventi/bozza-evento/"], ["eventi/nulla/"]),
        "cms:events_calendar": (["eventi/"], ["nulla/"]),
        "cms:news_feed": (["notizie/"], ["nulla/"]),
        "desk:job": ([w.copy_job.pk], [BIG]),
        "desk:add_lesson": ([w.course.pk, w.module.pk], [w.course.pk, BIG]),
        "desk:copy_module": ([w.course.pk, w.module.pk], [w.course.pk, BIG]),
        "desk:rename": ([w.course.pk, w.module.pk], [w.course.pk, BIG]),
        "desk:preview_frame": ([w.course.pk, w.lesson.lesson_id], [w.course.pk, BIG]),
        "localize_snippets": (["assessment", "question"], ["assessment", "niente"]),
        "localize_snippet": (["assessment", "question", w.question.pk], ["assessment", "question", BIG]),
        "api_convert_alias": ([w.course.pk], [BIG]),
        "localize_convert_to_alias": ([w.course.pk], [BIG]),
        "localize_submit_page": ([w.course.pk], [BIG]),
        "localize_update": ([w.translation.source_id], [BIG]),
        "localize_string": ([w.translation.pk, w.segment.pk], [BIG, w.segment.pk]),
        "localize_override": ([w.translation.pk, BIG], [BIG, BIG]),
        "localize_upload": ([w.translation.pk], [BIG]),
        "localize_stop": ([w.translation.pk], [BIG]),
        "localize_download": ([w.translation.pk], [BIG]),
        "localize_preview": ([w.translation.pk], [BIG]),
        "localize_preview_mode": ([w.translation.pk, "print"], [BIG, "print"]),
        "translations_course": ([w.course.pk], [BIG]),
        "translations_job": ([w.translation_job.pk], [BIG]),
        "translate_page": ([w.course.pk], [BIG]),
        "translation_draft": ([w.course.pk], [BIG]),
        "translation_submit": ([w.course.pk], [BIG]),
        "translations_work": ([w.course.pk, "translate"], [BIG, "translate"]),
    }  # fmt: skip
    for name in ("outline", "move", "add_module", "completeness", "copy_course", "preview"):
        found[f"desk:{name}"] = ([w.course.pk], [BIG])
    for name in ("selection", "ranking", "waiting"):
        found[f"cohorts_admin:{name}"] = ([ours], [BIG])
    for name in ("detail", "apply", "autosave", "review", "take_back", "calendar", "offer"):
        found[f"cohorts:{name}"] = ([code], [UNKNOWN])
        found[f"cohorts:{name}#draft"] = ([w.draft.code], [UNKNOWN])
    for name in ("announcements", "mark_read", "write"):
        found[f"community:{name}"] = ([code], [UNKNOWN])
        found[f"community:{name}#draft"] = ([w.draft.code], [UNKNOWN])
    for name in ("edit", "pin", "take_down", "discard"):
        found[f"community:{name}"] = ([code, w.announcement.pk], [code, BIG])
        found[f"community:{name}#foreign"] = ([w.theirs.code, w.announcement.pk], [code, BIG])
    found["community:stop"] = (["x" * 43], ["y" * 43])
    found["community:stop#good"] = ([stop_token(w.learner.pk, "cohorts.sessions")], ["y" * 43])
    for name in ("overview", "mine"):
        found[f"attendance:{name}"] = ([code], [UNKNOWN])
    for name in ("syllabus", "notes", "release"):
        found[f"progress:{name}"] = ([code], [UNKNOWN])
    found["progress:take_notes"] = ([code, "md"], [UNKNOWN, "md"])
    key = w.highlight.key
    found["progress:change_highlight"] = ([code, *lesson, key], [*nothing, key])
    found["progress:change_highlight#foreign"] = ([w.theirs.code, *lesson, key], [*nothing, key])
    for name in (
        "lesson", "complete", "reopen", "visit", "note", "check", "bookmark", "highlight", "marking",
    ):  # fmt: skip
        found[f"progress:{name}"] = ([code, *lesson], nothing)
        found[f"progress:{name}#foreign"] = ([w.theirs.code, *lesson], nothing)
    for name in ("attempt", "autosave", "submit", "result"):
        found[f"assessment:{name}"] = ([w.attempt.pk], [BIG])
        found[f"assessment:{name}#peer"] = ([w.done_attempt.pk], [BIG])
    rows = {
        "sportello": w.help_request,
        "cohort": w.ours,
        "organisation": w.organisation,
        "room": w.room,
        "closure": w.closure,
        "manager_assignment": w.assignment,
        "certificate": w.certificate,
        "wagtailsnippets_cms_partner": w.partner,
        "wagtailsnippets_cms_committeemember": w.member,
        "wagtailsnippets_cms_topic": w.topic,
        "wagtailsnippets_assessment_question": w.question,
        "wagtailsnippets_assessment_questionbank": w.bank,
        "wagtailsnippets_assessment_assessment": w.quiz,
        "wagtailsnippets_assessment_attempt": w.done_attempt,
    }
    for namespace, row in rows.items():
        for name in ["edit", "delete", "history", "history_results", "usage", "inspect", "copy"]:
            found[f"{namespace}:{name}"] = ([row.pk], [BIG])
        choosers = namespace.replace("wagtailsnippets", "wagtailsnippetchoosers")
        found[f"{choosers}:chosen"] = ([row.pk], [BIG])
    revision = w.question.save_revision().pk
    question = "wagtailsnippets_assessment_question"
    found[f"{question}:revisions_revert"] = ([w.question.pk, revision], [BIG, revision])
    found[f"{question}:revisions_compare"] = (
        [w.question.pk, "earliest", "latest"], [BIG, "earliest", "latest"]
    )  # fmt: skip
    return found


def address(row: str, args: list) -> str:
    with translation.override("it"):
        return reverse(row.partition("#")[0], args=args)


def rows_of_the_site(w) -> dict[str, tuple[list, list]]:
    """Every row that the resolver and `arguments` ask for."""
    known = arguments(w)
    names = {name for name, pattern in addresses() if name and is_ours(name)}
    rows = {name: known.get(name, ([], [])) for name in names}
    return rows | {row: args for row, args in known.items() if row.partition("#")[0] in names}


# --- Asking ---------------------------------------------------------------------------------
def signed_in(w, role: str) -> Client:
    client = Client(headers={"Accept-Language": "it"}, raise_request_exception=False)
    person = getattr(w, role)
    if person:
        client.force_login(person)
    return client


def ask(client: Client, method: str, url: str):
    """The answer; what the request wrote is taken back."""
    budget._counts.clear()
    default_cache.clear()
    kept = SimpleCookie(client.cookies)
    with transaction.atomic():
        response = getattr(client, method.lower())(url)
        response.body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = kept  # a signing out is taken back too
    return response


def outcome(response) -> str:
    if response.status_code != 302:
        return str(response.status_code)
    where = response["Location"].partition("?")[0]
    return {"/it/account/login/": "login", "/admin/login/": "gate", "/admin/": "away"}.get(
        where, "302"
    )


def words(response, url: str) -> str:
    """What an answer says, but for its own address and for what is new each time."""
    text = response.body.decode(errors="replace")
    for form in {url, quote(url), quote(url, safe=""), url.replace("/it/", "/en/", 1)}:
        text = text.replace(form, "ADDRESS")
    return re.sub(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"', "", text)


@pytest.fixture
def w(db, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    return world.build()


# --- The tests ------------------------------------------------------------------------------
def test_every_address_has_a_row():
    names = set()
    for name, pattern in addresses():
        assert name or pattern in NAMELESS, f"{pattern} has no name: give it one and a row"
        if name and is_ours(name):
            names.add(name)
    rows = {row.partition("#")[0] for row, _method in table()}
    assert sorted(names - rows) == []
    assert sorted(rows - names) == []
    for (row, _method), outcomes in table().items():
        assert set(outcomes) == set(ROLES), row


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_the_role_as_the_table_says(w, role):
    client, wrong, told = signed_in(w, role), [], []
    for row, (args, unknown) in sorted(rows_of_the_site(w).items()):
        for method in ("GET", "POST"):
            url = address(row, args)
            response = ask(client, method, url)
            said, expected = outcome(response), table()[row, method][role]
            if said != expected:
                wrong.append(f"{row} {method}: {said}, not {expected}")
            if not args or said not in REFUSALS:
                continue
            # Who may not is told the same of what is there and of what is not.
            elsewhere = address(row, unknown)
            answer = ask(client, method, elsewhere)
            if outcome(answer) != said:
                told.append(
                    f"{row} {method}: {said}, and {outcome(answer)} for what does not exist"
                )
            elif said == "404" and words(response, url) != words(answer, elsewhere):
                told.append(f"{row} {method}: two kinds of 404")
    assert wrong == []
    assert told == []


# --- Reading takes no lock ------------------------------------------------------------------
PAGES = [
    "/it/",
    "/en/",
    "/it/master-civici/",
    "/it/master-civici/mc-prova/",
    "/it/eventi/",
    "/it/eventi/una-sera/",
    "/it/notizie/",
    "/it/notizie/una-notizia/",
    "/it/sportello/",
    "/it/la-casa/",
    "/it/master-civici/mc-prova/modulo-1/",
    "/it/master-civici/mc-prova/modulo-1/lezione-1-1/",
    "/it/account/login/",
    "/it/account/signup/",
    "/it/account/password/reset/",
    "/it/account/email/",
    "/it/account/password/change/",
    "/it/account/2fa/",
]
WRITES = re.compile(r"^(SAVEPOINT|BEGIN|INSERT|UPDATE|DELETE|.* FOR UPDATE)", re.I)


@pytest.mark.slow
@pytest.mark.parametrize("role", ["anonymous", "learner", "instructor"])
def test_no_page_opens_a_transaction_to_be_read(w, role, settings):
    """On SQLite every `atomic()` takes the one write lock; so the cache is in the database here, as in life."""
    settings.CACHES = settings.CACHES | {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "core_cache",
        }
    }
    call_command("createcachetable", verbosity=0)
    client, found = signed_in(w, role), []
    urls = [
        address(row, args)
        for row, (args, _unknown) in sorted(rows_of_the_site(w).items())
        if row not in LOGGED
    ]
    read = [url for url in [*PAGES, *urls] if not url.startswith("/admin/")]
    for url in read:
        list(client.get(url))  # what is kept for an hour is fetched once
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(client.get(url))
        wrote = [query["sql"][:90] for query in queries if WRITES.match(query["sql"])]
        if wrote:
            found.append((url, wrote))
    assert len(read) > 60
    assert found == []
