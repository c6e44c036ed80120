"""Highlights and bookmarks: kept once, found again in newer versions or listed as lost, private, taken away."""

import json
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from lms.cohorts import services as cohort_services
from lms.cohorts.services import Choice, bring_in
from lms.core.registries import registries
from lms.progress.models import (
    HIGHLIGHTS_LIMIT,
    QUOTE_LIMIT,
    REMARK_LIMIT,
    Bookmark,
    Highlight,
)
from lms.progress.outline import block_of, clean_text, marked_passages, notebook_of
from lms.progress.services import (
    Passage,
    bookmark_lesson,
    mark_passage,
    remark_on,
    remove_bookmark,
    remove_highlight,
)
from tests.factories import blocks, cohorts, curriculum, people
from tests.factories.cohorts import lessons_of
from tests.progress.test_release import address, refusal, signed_in

pytestmark = pytest.mark.django_db

TEXT = """
## Chi manca

Al tavolo **manca** sempre qualcuno: la custode & i corrieri.

## Chi resta

Chi resta [^uno] decide per tutti.

:::notes
[^uno]: Una nota.
:::
"""
QUOTE = "manca sempre qualcuno: la custode & i corrieri"


@pytest.fixture
def enrolment():
    course = curriculum.course(modules=1, lessons=2)
    page = course.get_children().first().get_children().first().specific
    page.body = blocks.everything(TEXT)
    curriculum.publish(page)
    return cohorts.learner(cohorts.cohort(course=course))


def lesson_of(enrolment):
    return lessons_of(enrolment.cohort)[0]


def raw(enrolment):
    return list(lesson_of(enrolment).lesson.body.raw_data)


def passage(enrolment, quote=QUOTE, **facts):
    block = block_of(QUOTE, raw(enrolment))
    facts = {"key": uuid.uuid4(), "language": "it", "version": "v1", "block": block} | facts
    return Passage(quote=quote, **facts)


def marked(enrolment, quote=QUOTE, remark="", **facts):
    return mark_passage(
        enrolment=enrolment,
        lesson=lesson_of(enrolment),
        passage=passage(enrolment, quote, **facts),
        remark=remark,
    )


def publish_other(enrolment, text, **kept):
    """A newer version of the lesson, with the ids of its blocks kept where their place is the same."""
    page = lesson_of(enrolment).lesson
    pin = lesson_of(enrolment).pins.get()
    old = [block["id"] for block in page.body.raw_data]
    fresh = [dict(block) for block in blocks.everything(text).raw_data]
    for place, block in enumerate(fresh[: len(old)]):
        block["id"] = old[place]
    page.body = json.dumps(fresh, default=str)
    curriculum.publish(page)
    page.refresh_from_db()
    bring_in(
        cohort=enrolment.cohort,
        choices=[Choice(page.pk, pin.revision_id, page.live_revision_id)],
        by=None,
    )


# --- Keeping -----------------------------------------------------------------------------------
def test_words_are_plain_text_and_kept_once(enrolment):
    one = passage(enrolment, "  manca\u0000 sempre\n qualcuno ", prefix="x" * 90, suffix="y" * 90)
    facts = {"enrolment": enrolment, "lesson": lesson_of(enrolment), "passage": one}
    first = mark_passage(**facts, remark=" Prima riga \r\n<b>seconda</b>\u0007 ")
    assert mark_passage(**facts) == first
    assert (first.quote, first.remark, len(first.prefix), len(first.suffix)) == (
        "manca sempre qualcuno", "Prima riga\n<b>seconda</b>", 64, 64,
    )  # fmt: skip
    again = passage(enrolment, "manca sempre qualcuno")
    assert mark_passage(**(facts | {"passage": again})) == first
    assert Highlight.objects.count() == 1
    assert not ModelLogEntry.objects.filter(action__contains="highlight").exists()


def test_the_database_keeps_a_key_once_and_no_empty_passage(enrolment):
    row = marked(enrolment)
    row.pk, row.quote = None, "Altro"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    row.key, row.quote = uuid.uuid4(), ""
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("quote", "remark", "code"),
    [
        (" \n ", "", "empty_passage"),
        ("a" * (QUOTE_LIMIT + 1), "", "passage_too_long"),
        ("a", "b" * (REMARK_LIMIT + 1), "remark_too_long"),
    ],
)
def test_what_is_not_kept(enrolment, quote, remark, code):
    facts = {"enrolment": enrolment, "lesson": lesson_of(enrolment)}
    assert refusal(mark_passage, passage=passage(enrolment, quote), remark=remark, **facts) == code


def test_a_lesson_keeps_so_many(enrolment):
    row = marked(enrolment)
    Highlight.objects.bulk_create(
        Highlight(
            enrolment=enrolment, lesson=row.lesson, language="it", block=row.block, quote=str(n)
        )
        for n in range(HIGHLIGHTS_LIMIT - 1)
    )
    facts = {"enrolment": enrolment, "lesson": row.lesson}
    code = refusal(mark_passage, passage=passage(enrolment, "sempre"), **facts)
    assert code == "too_many_highlights"
    # The same passage again is no new one.
    assert marked(enrolment, key=row.key) == row


def test_who_has_withdrawn_marks_nothing_more_and_keeps_what_there_is(enrolment):
    marked(enrolment, remark="La mia nota")
    cohort_services.withdraw(enrolment=enrolment, on=timezone.localdate(), reason="", by=None)
    facts = {"enrolment": enrolment, "lesson": lesson_of(enrolment)}
    assert refusal(mark_passage, passage=passage(enrolment), **facts) == "not_enrolled"
    assert refusal(bookmark_lesson, **facts) == "not_enrolled"
    page = signed_in(enrolment.user).get(reverse("progress:notes", args=[enrolment.cohort.code]))
    assert "La mia nota" in page.content.decode()


def test_remarks_change_and_highlights_go(enrolment):
    row = marked(enrolment)
    assert remark_on(highlight=row, remark=" Una ").remark == "Una"
    assert refusal(remark_on, highlight=row, remark="x" * (REMARK_LIMIT + 1)) == "remark_too_long"
    assert remove_highlight(highlight=Highlight.objects.get()) is True
    assert remove_highlight(highlight=row) is False


# --- Found again -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (QUOTE, True),
        ("MANCA sempre", False),
        ("resta 1 decide", True),  # the number of a footnote is no word
        ("resta decide", True),
        ("qualcuno: la custode&i", True),
        ("mai scritto", False),
        ("  ", False),
    ],
)
def test_a_quote_is_found_whatever_elements_stand_between(enrolment, quote, found):
    assert (block_of(quote, raw(enrolment)) is not None) is found


def test_a_passage_that_moved_to_another_block_is_found_by_its_context(enrolment):
    row = marked(enrolment, "decide", prefix="Chi resta", suffix="per tutti")
    texts = [
        {"id": str(uuid.UUID(int=1)), "value": "<p>Nessuno decide mai.</p>"},
        {"id": str(uuid.UUID(int=2)), "value": "<p>Chi resta decide per tutti.</p>"},
    ]
    [mark] = marked_passages([row], texts, "it")
    assert (mark.block, mark.lost) == (uuid.UUID(int=2), False)


def test_of_another_language_is_elsewhere_and_not_lost(enrolment):
    [mark] = marked_passages([marked(enrolment)], raw(enrolment), "en")
    assert (mark.elsewhere, mark.lost) == (True, False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "lost"),
    [
        (TEXT.replace("Al tavolo", "Intorno al tavolo"), False),
        (TEXT.replace("la custode & i corrieri", "chi lavora di notte"), True),
    ],
)
def test_a_newer_version_finds_it_again_or_says_that_it_is_lost(enrolment, text, lost):
    pin = lesson_of(enrolment).pins.get()
    marked(enrolment, remark="Da ricordare", version=pin.content_hash)
    publish_other(enrolment, text)
    client = signed_in(enrolment.user)
    page = client.get(address(enrolment.cohort, place=0)).content.decode()
    item = page.partition("data-highlight=")[2].partition("</li>")[0]
    assert ("data-lost hidden" not in item) is lost
    assert "la custode &amp; i corrieri" in item
    notes = client.get(reverse("progress:notes", args=[enrolment.cohort.code])).content.decode()
    assert ("highlight-lost" in notes) is lost
    assert "Da ricordare" in notes
    [mark] = notebook_of(enrolment.user, enrolment.cohort).lessons[0].marks
    assert mark.lost is lost


# --- On the page -------------------------------------------------------------------------------
def send(client, enrolment, quote=QUOTE, **data):
    data = {"key": str(uuid.uuid4()), "quote": quote} | data
    headers = {"HTTP_ACCEPT": data.pop("accept", "text/html")}
    return client.post(address(enrolment.cohort, "highlight", 0), data, **headers)


def test_by_hand_without_a_script(enrolment):
    client = signed_in(enrolment.user)
    answer = send(client, enrolment, remark="<script>alert(1)</script>")
    row = Highlight.objects.get()
    assert answer["Location"].endswith(f"#evidenziazione-{row.key}")
    assert (str(row.block), row.version) == (
        str(block_of(QUOTE, raw(enrolment))), lesson_of(enrolment).pins.get().content_hash,
    )  # fmt: skip
    page = client.get(address(enrolment.cohort, place=0)).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    send(client, enrolment, "parole mai scritte")
    assert Highlight.objects.count() == 1
    path = address(enrolment.cohort, "change_highlight", 0, row.key)
    client.post(path, {"action": "remark", "remark": "Altra"})
    row.refresh_from_db()
    assert row.remark == "Altra"
    for _again in range(2):
        assert client.post(path, {"action": "remove"}).status_code == 302
    assert not Highlight.objects.exists()


def test_the_script_gets_the_list_or_the_reason(enrolment):
    client = signed_in(enrolment.user)
    block = block_of(QUOTE, raw(enrolment))
    accept = {"accept": "application/json"}
    text = send(client, enrolment, block=block, start="7", **accept).content.decode()
    assert text.count("data-highlight=") == 1
    assert "<html" not in text
    refused = send(client, enrolment, "x", block=uuid.uuid4(), **accept)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_text")
    assert send(client, enrolment, key="x").status_code == 400


def test_no_role_reads_or_changes_anothers(enrolment):
    row = marked(enrolment, remark="SEGRETO-MIO")
    cohort = enrolment.cohort
    others = [
        cohorts.learner(cohort).user,
        cohorts.teacher(cohort),
        cohorts.manager(cohort),
        people.administrator(),
        people.person(is_superuser=True),
    ]
    for user in others:
        assert not Highlight.objects.visible_to(user).exists()
        client = signed_in(user)
        for path in (
            address(cohort, place=0),
            reverse("progress:notes", args=[cohort.code]),
            reverse("progress:take_notes", args=[cohort.code, "json"]),
        ):
            assert "SEGRETO-MIO" not in client.get(path).content.decode()
        path = address(cohort, "change_highlight", 0, row.key)
        assert client.post(path, {"action": "remark", "remark": "x"}).status_code == 404
        client.post(path, {"action": "remove"})
    row.refresh_from_db()
    assert row.remark == "SEGRETO-MIO"


# --- Bookmarks ---------------------------------------------------------------------------------
def test_one_tap_keeps_and_another_removes_whatever_arrives_twice(enrolment):
    client, path = signed_in(enrolment.user), address(enrolment.cohort, "bookmark", 0)
    for _again in range(2):
        client.post(path, {"keep": "1"})
    assert Bookmark.objects.count() == 1
    assert 'aria-pressed="true"' in client.get(address(enrolment.cohort, place=0)).content.decode()
    notes = reverse("progress:notes", args=[enrolment.cohort.code])
    assert 'id="segnalibri"' in client.get(notes).content.decode()
    for _again in range(2):
        assert client.post(path, {"keep": "0", "from": "notes"})["Location"] == notes
    assert not Bookmark.objects.exists()
    assert remove_bookmark(enrolment=enrolment, lesson=lesson_of(enrolment)) is False


# --- Taking away -------------------------------------------------------------------------------
def test_as_markdown_and_as_annotations(enrolment):
    row = marked(enrolment, remark="Riga uno\nRiga due", prefix="Al tavolo ", suffix=".")
    bookmark_lesson(enrolment=enrolment, lesson=row.lesson)
    client, code = signed_in(enrolment.user), enrolment.cohort.code
    text = client.get(reverse("progress:take_notes", args=[code, "md"]))
    assert f"> {QUOTE}\n" in text.content.decode()
    assert "> Riga uno\n> Riga due" in text.content.decode()
    assert text["Content-Disposition"].startswith("attachment;")
    data = client.get(reverse("progress:take_notes", args=[code, "json"])).json()
    [item] = data["items"]
    assert item["target"]["selector"] == {
        "type": "TextQuoteSelector", "exact": QUOTE, "prefix": "Al tavolo", "suffix": ".",
    }  # fmt: skip
    assert (item["body"][0]["value"], item["found"]) == ("Riga uno\nRiga due", True)
    assert len(data["bookmarks"]) == 1
    assert client.get(reverse("progress:take_notes", args=[code, "exe"])).status_code == 404


def test_the_privacy_export_has_them_and_erasing_takes_them(enrolment):
    marked(enrolment, remark="La mia nota")
    bookmark_lesson(enrolment=enrolment, lesson=lesson_of(enrolment))
    marks = registries.personal_data["progress.Highlight"]
    kept = registries.personal_data["progress.Bookmark"]
    [row] = marks.export(enrolment.user)
    assert (row["passage"], row["note"], row["lesson"]) == (QUOTE, "La mia nota", "1.1")
    assert len(kept.export(enrolment.user)) == 1
    assert (marks.erase(enrolment.user), kept.erase(enrolment.user)) == (1, 1)
    assert marks.export(enrolment.user) == []


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ("D'Amico-Šćepanović\u0301", "D'Amico-Šćepanović\u0301"),
        ("李娜\u0000 \t O’Neill", "李娜 O’Neill"),
        ("e\u0301", "é"),
    ],
)
def test_plain_text_keeps_names(given, plain):
    assert clean_text(given) == plain


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 3])
def test_queries_do_not_grow(enrolment, django_assert_num_queries, size):
    for number in range(size):
        marked(enrolment, QUOTE[number:], start=number)
    client = signed_in(enrolment.user)
    path, notes = (
        address(enrolment.cohort, place=0),
        reverse("progress:notes", args=[enrolment.cohort.code]),
    )
    client.get(path)
    with django_assert_num_queries(12):
        client.get(path)
    with django_assert_num_queries(14):
        client.get(notes)
