"""Reading a lesson's file: blocks, links, ids that stay, and refusals that name file and line."""

import pytest

from curriculum.exchange import Resolver, read_document, stream_blocks
from lms.core.errors import DomainError

HEAD = "---\ntitle: Prova\nslug: prova\n---\n"


@pytest.fixture
def read(tmp_path):
    def read(body: str, resolver: Resolver | None = None) -> list[dict]:
        path = tmp_path / "01-prova.it.md"
        path.write_text(HEAD + body, encoding="utf-8")
        return stream_blocks(
            read_document(path), key="corso/prova", resolver=resolver or Resolver()
        )

    return read


def test_blocks_in_order(read):
    blocks = read(
        'Un *testo*.\n\n:::quote author="una portinaia"\nApro alle sette.\n:::\n\n## Dopo\n\n'
        ':::callout kind=case title="L\'esempio"\nUn **caso**.\n:::\n'
    )
    assert [(b["type"], b["value"]) for b in blocks] == [
        ("text", "<p>Un <i>testo</i>.</p>"),
        ("quote", {"quote": "Apro alle sette.", "author": "una portinaia", "role": ""}),
        ("text", "<h2>Dopo</h2>"),
        ("callout", {"kind": "case", "title": "L'esempio", "text": "<p>Un <b>caso</b>.</p>"}),
    ]


def test_ids_are_the_same_at_every_reading(read):
    assert [b["id"] for b in read("Uno.\n")] == [b["id"] for b in read("One.\n")]


def test_links_to_lessons_become_page_links(read):
    blocks = read("Vedi [qui](lesson:altra).", Resolver(lesson={"altra": 42}.get))
    assert blocks[0]["value"] == '<p>Vedi <a linktype="page" id="42">qui</a>.</p>'


def test_html_in_markdown_is_text(read):
    assert "<script>" not in read("<script>alert(1)</script>")[0]["value"]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("Testo.\n\n:::tabella\n:::\n", 7),
        (":::callout kind=note\nMai chiuso.\n", 5),
        (':::image alt="senza file"\n:::\n', 5),
        (":::callout kind=urlo\n:::\n", 5),
        (":::quote autore\n:::\n", 5),
        (':::quote author="aperto\n:::\n', 5),
    ],
)
def test_a_bad_block_is_refused_with_file_and_line(read, body, line):
    with pytest.raises(DomainError) as refusal:
        read(body)
    assert refusal.value.code == "bad_course_file"
    assert str(refusal.value).startswith(f"01-prova.it.md:{line}: ")


@pytest.mark.parametrize("text", ["Senza intestazione.", "---\ntitle: [aperta\n---\nTesto.\n"])
def test_bad_front_matter_is_refused(tmp_path, text):
    path = tmp_path / "x.it.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DomainError) as refusal:
        read_document(path)
    assert refusal.value.code == "bad_front_matter"
    assert "x.it.md" in str(refusal.value)
