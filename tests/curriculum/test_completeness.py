"""What is missing, told from raw data alone: no database."""

import pytest

from curriculum.completeness import (
    Known,
    body_issues,
    course_issues,
    lesson_issues,
    module_issues,
    references_of,
)

KNOWN = Known(pages={1: True, 2: False}, documents=frozenset({5}), images=frozenset({7}))


def block(kind, value, key="b1"):
    return {"type": kind, "value": value, "id": key}


def codes(issues):
    return [issue.code for issue in issues]


def picture(**fields):
    return block(
        "image", {"image": 7, "alt": "Un cortile", "caption": "", "credit": "Archivio"} | fields
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (picture(), []),
        (picture(alt=" "), ["alt_missing"]),
        (picture(credit=""), ["credit_missing"]),
        (picture(image=None), ["image_missing"]),
        (picture(image=8), ["image_missing"]),
        (block("case", {"image": None, "alt": "", "credit": ""}), []),
        (block("case", {"image": 7, "alt": "", "credit": "x"}), ["alt_missing"]),
        (
            block("gallery", {"items": [{"type": "item", "id": "i", "value": {"image": 7, "alt": "", "credit": "x"}}]}),
            ["alt_missing"],
        ),
        (block("text", '<embed embedtype="image" id="7" alt="" format="left"/>'), ["alt_missing"]),
        (block("file", {"title": "Scheda", "file": None}), ["file_missing"]),
        (block("file", {"title": "Scheda", "file": 6}), ["file_missing"]),
        (block("file", {"title": "Scheda", "file": 5}), []),
        (block("template", {"items": [{"type": "item", "id": "i", "value": {"file": None, "label": ""}}]}), ["file_missing"]),
        (block("video", {"title": "V", "video": 5, "captions": None, "transcript": "<p></p>"}), ["captions_missing", "transcript_missing"]),
        (block("video", {"title": "V", "video": 5, "captions": 5, "transcript": "<p>Si dice.</p>"}), []),
        (block("audio", {"title": "A", "audio": None, "transcript": "<p>a</p>"}), ["file_missing"]),
        (block("embed", {"title": "E", "address": "https://v.example/1", "transcript": ""}), ["transcript_missing"]),
        (block("text", '<p><a linktype="page" id="1">qui</a></p>'), []),
        (block("text", '<p><a linktype="page" id="2">qui</a></p>'), ["link_broken"]),
        (block("text", '<p><a linktype="page" id="3">qui</a></p>'), ["link_broken"]),
        (block("text", '<p><a id="6" linktype="document">qui</a></p>'), ["link_broken"]),
        (block("reading", {"items": [{"type": "item", "id": "i", "value": {"page": 2, "title": ""}}]}), ["link_broken"]),
        (block("text", '<p><a href="#manca">qui</a></p>'), ["link_broken"]),
        (block("text", '<h2>Chi manca</h2><p><a href="#chi-manca">qui</a></p>'), []),
        (block("text", '<p><a href="https://altrove.example/x">qui</a></p>'), []),
        (block("text", "<h2>Uno</h2><h4>Due</h4>"), ["heading_jump"]),
        (block("text", "<h3>Uno</h3>"), ["heading_jump"]),
        (block("text", "<h2>Uno</h2><h3>Due</h3><h2>Tre</h2>"), []),
    ],
)  # fmt: skip
def test_block_is_told_what_it_lacks(given, expected):
    assert codes(body_issues([given], KNOWN)) == expected


def test_headings_are_followed_from_block_to_block():
    body = [
        block("heading", {"text": "Uno", "level": "2", "anchor": "uno"}, "h1"),
        block("text", "<h4>Due</h4>", "h2"),
    ]
    [issue] = body_issues(body, KNOWN)
    assert (issue.code, issue.detail, issue.anchor) == ("heading_jump", "Due", "block-h2-section")


def test_anchor_of_a_heading_block_is_found():
    body = [
        block("heading", {"text": "Uno", "level": "2", "anchor": "punto"}),
        block("text", '<p><a href="#punto">qui</a></p>'),
    ]
    assert body_issues(body, KNOWN) == []


def notes(*marks):
    rows = [
        {"type": "item", "id": m, "value": {"mark": m, "text": "<p>Una nota.</p>"}} for m in marks
    ]
    return block("notes", {"items": rows}, "n1")


def test_every_footnote_that_is_called_is_written_and_the_other_way_round():
    body = [
        block("text", '<p>Si sa[^uno], <a href="/[^no]">si dice</a>[^manca] e ancora[^manca].</p>'),
        block("case", {"image": None, "title": "Un caso[^due]", "alt": "", "credit": ""}, "b2"),
        notes("uno", "due", "sola"),
    ]
    assert [(i.code, i.detail, i.anchor) for i in body_issues(body, KNOWN)] == [
        ("note_missing", "[^manca]", "block-b1-section"),
        ("note_uncalled", "[^sola]", "block-n1-section"),
    ]
    assert body_issues([body[1], notes("due")], KNOWN) == []


def test_references_are_collected_from_every_depth():
    body = [
        block("text", '<a linktype="page" id="1">a</a><a linktype="document" id="5">b</a>'),
        block("gallery", {"items": [{"type": "item", "id": "i", "value": {"image": 7}}]}),
        block("comparison", {"left": [{"type": "text", "id": "x", "value": '<a linktype="page" id="9">c</a>'}]}),
    ]  # fmt: skip
    found = references_of(body)
    assert (found.pages, found.documents, found.images) == ({1, 9}, {5}, {7})


def test_empty_lesson_lacks_everything():
    issues = lesson_issues({}, Known())
    assert codes(issues) == ["summary_missing", "body_empty", "minutes_missing"]


def test_missing_translation_is_advice():
    content = {"summary": "s", "minutes": 5, "body": [block("text", "<p>a</p>")]}
    [issue] = lesson_issues(content, KNOWN, translated=False)
    assert (issue.code, issue.advice) == ("translation_missing", True)
    assert lesson_issues(content, KNOWN) == []


def test_outcome_of_another_course_is_named():
    content = {"summary": "s", "minutes": 5, "body": [block("text", "<p>a</p>")]}
    [issue] = lesson_issues(content | {"outcome_keys": ["O1", "O9"]}, KNOWN, outcomes=["O1"])
    assert (issue.code, issue.detail) == ("outcome_unknown", "O9")


def test_module_without_lessons_and_hours():
    assert codes(module_issues({"summary": "s", "hours": "0"}, lessons=0)) == [
        "module_empty",
        "hours_missing",
    ]
    assert module_issues({"summary": "s", "hours": "4.0"}, lessons=1) == []


def test_course_names_empty_and_unserved_outcomes():
    content = {
        "summary": "s",
        "outcomes": [
            block("outcome", {"key": "O1", "text": "Riconosce."}),
            block("outcome", {"key": "O2", "text": ""}),
            block("outcome", {"key": "O3", "text": "Conduce."}),
        ],
    }
    issues = course_issues(content, KNOWN, modules=1, served={"O1"}, instructors=1)
    assert [(i.code, i.detail) for i in issues] == [
        ("outcome_empty", "O2"),
        ("outcome_unserved", "O3: Conduce."),
    ]


def test_bare_course_lacks_everything():
    issues = course_issues({}, Known(), modules=0, served=(), instructors=0)
    assert codes(issues) == [
        "summary_missing",
        "outcomes_missing",
        "course_empty",
        "instructors_missing",
    ]


@pytest.mark.parametrize("body", [None, [], [{}], [{"type": "text"}], [block("image", None)], "x"])
def test_odd_data_is_no_error(body):
    body_issues(body, Known())
    references_of(body)
