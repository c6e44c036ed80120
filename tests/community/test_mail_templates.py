"""Every mail, in both languages and both parts, with names that break careless code."""

import html as html_library
import re
from html.parser import HTMLParser

import pytest
from django.template import engines
from django.utils import translation

from lms.core.registries import registries
from lms.core.services import render_mail
from tests.community.mail_samples import FRAMES, NAME, context_of, files, templates
from tests.factories import people

KINDS = ["cohorts.sessions", "cohorts.admission"]  # one that can be stopped, one that cannot
VOID = {"meta", "br", "hr", "img", "input", "link"}
# Words that an Italian mail has no reason to say; the samples say none of them.
ENGLISH = re.compile(
    r"\b(the|you|your|and|with|this|that|hello|will|from|for|has|been|not|our|we|which|mails|until|when|is|of|to)\b",
    re.I,
)


class Reader(HTMLParser):
    """The words that a person sees, the tags that are open, the addresses that are fetched or followed."""

    def __init__(self):
        super().__init__()
        self.words, self.open, self.links, self.fetched, self.langs = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if "lang" in attributes:
            self.langs.append(attributes["lang"])
        if "href" in attributes:
            self.links.append(attributes["href"])
        self.fetched += [attributes[name] for name in ("src", "background") if name in attributes]
        self.fetched += re.findall(r"url\(([^)]*)\)", attributes.get("style") or "")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}>"

    def handle_data(self, data):
        if "style" not in self.open and "title" not in self.open:
            self.words.append(data)


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert reader.open == []
    return reader


def rendered(template, language, kind, recipient="nessuno@example.org"):
    message = render_mail(
        template=template,
        language=language,
        recipient=recipient,
        context=context_of(template),
        kind=registries.mail_kinds[kind],
    )
    return message, message.alternatives[0].content


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0]+", " ", text)


def test_every_part_of_a_mail_has_a_subject_and_its_other_part():
    assert len(templates()) >= 30
    whole = {f"{name}{end}" for name in [*templates(), *FRAMES] for end in (".txt", ".html")}
    assert sorted(set(files()) ^ whole) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("template", templates())
def test_every_mail_reads_well_in_both_parts(template, kind, language):
    message, markup = rendered(template, language, kind, people.person(language=language).email)
    # The subject is one line, and nothing of HTML is in it or in the text.
    assert message.subject and "\n" not in message.subject and "\r" not in message.subject
    for text in (message.subject, message.body):
        assert html_library.unescape(text) == text
        assert not re.search(
            r"</?(p|b|br|a|div|strong|span)\b[^>]*>",
            text.replace("<b>qui</b>", "").replace("& <b>", ""),
        )
    assert message.message()["Subject"]
    # HTML: whole, in its language, nothing fetched, no empty link.
    reader = read(markup)
    assert reader.langs[0] == language
    assert reader.fetched == []
    assert [link for link in reader.links if not re.match(r"https?://[^/]+/", link)] == []
    assert "max-width:600px" in markup and "prefers-color-scheme: dark" in markup
    # The same addresses in both parts, and the same foot.
    for link in reader.links:
        assert link in message.body, link
    foot = message.body.partition("-- \n")[2]
    stop = [link for link in reader.links if "/notifiche/" in link]
    assert bool(stop) == (kind == KINDS[0]) == ("List-Unsubscribe" in message.extra_headers)
    assert all(link in foot for link in stop)
    assert "\n\n\n" not in message.body


@pytest.mark.django_db
@pytest.mark.parametrize("template", templates())
def test_names_and_figures_are_the_same_in_both_parts(template):
    message, markup = rendered(template, "it", KINDS[1])
    seen, text = (
        re.sub(r"https?://\S+", "", squeezed(part))
        for part in (" ".join(read(markup).words), message.body)
    )
    assert (NAME in seen) == (NAME in text)
    facts = re.findall(r"\d{1,2}:\d\d|\d{1,2} marzo|MC-[A-Z0-9-]+|ABC123|#?\b\d{2,}\b", text)
    assert [fact for fact in facts if fact not in seen] == []
    missing = re.findall(r"\d{1,2}:\d\d|\d{1,2} marzo|MC-[A-Z0-9-]+|ABC123", seen)
    assert [fact for fact in missing if fact not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("template", templates())
def test_an_italian_mail_says_nothing_in_english(template):
    for kind in KINDS:
        message, markup = rendered(template, "it", kind, people.person().email)
        for text in (message.subject, message.body, " ".join(read(markup).words)):
            assert ENGLISH.findall(re.sub(r"https?://\S+|\S+@\S+|Mozilla\S+.*", "", text)) == []


@pytest.mark.parametrize("template", templates())
def test_every_fact_of_a_mail_has_a_sample(template, monkeypatch):
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "⁇%s⁇")
    message, markup = rendered_without_account(template)
    found = re.findall("⁇([^⁇]*)⁇", message.subject + message.body + markup)
    assert found == [], f"add {', '.join(found)} to tests/community/mail_samples.py"


def rendered_without_account(template):
    message = render_mail(
        template=template, language="it", recipient="x@example.org", context=context_of(template),
        kind=None,
    )  # fmt: skip
    return message, message.alternatives[0].content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "bad", ["Oggetto\r\nBcc: tutti@example.org", "Due\nrighe", "x\r\n\r\ncorpo"]
)
def test_no_line_break_of_a_fact_becomes_a_header(bad):
    message = render_mail(
        template="cohorts/session_cancelled",
        language="it",
        recipient="x@example.org",
        context=context_of("") | {"course": bad},
        kind=registries.mail_kinds["cohorts.sessions"],
    )
    sent = message.message()
    assert sent["Bcc"] is None
    assert len(message.subject.splitlines()) == 1


def test_every_kind_has_words_in_italian():
    with translation.override("it"):
        for kind in registries.mail_kinds.values():
            for text in (kind.title, kind.description, kind.reason):
                assert ENGLISH.findall(str(text)) == [], kind.name
