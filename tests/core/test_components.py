"""Components say what they are given, escape it, and show nothing that they were not given."""

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import translation

NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def component(name: str, **context) -> str:
    return render_to_string(f"components/{name}.html", context)


def filtered(expression: str, **context) -> str:
    return Template("{% load cohub %}{{ " + expression + " }}").render(Context(context))


def test_meter_draws_value_and_threshold():
    html = component("meter", label="Presenze", value=82, mark=75, text="82 %")
    assert 'aria-valuenow="82" aria-valuetext="82 %"' in html
    assert 'class="meter-fill" y="4" width="82%"' in html
    assert 'class="meter-mark" x="75%"' in html


def test_meter_of_nothing_has_no_fill_and_no_mark():
    html = component("meter", label="Presenze", value=0)
    assert ("meter-fill" in html, "meter-mark" in html) == (False, False)


def test_meter_writes_numbers_that_a_browser_reads_in_italian():
    with translation.override("it"):
        assert 'width="37.5%"' in component("meter", label="Presenze", value=37.5)


def test_chip_has_no_tone_of_its_own_when_good():
    assert component("chip", text="aperta", tone="good").strip() == (
        '<span class="chip">aperta</span>'
    )


def test_components_escape_what_they_are_given():
    for html in (
        component("chip", text="<b>"),
        component("card", title="<b>", url="/x/"),
        component("message", text="<b>"),
        component("empty", title="<b>"),
        component("table", caption="<b>", head=["a"], rows=[["<b>"]]),
    ):
        assert ("<b>" in html, "&lt;b&gt;" in html) == (False, True)


def test_course_card_sets_the_prefix_apart():
    html = component(
        "course_card", title="Fundraising", co_title="co-finanziare", url="/f/", hue="crm"
    )
    assert '<a class="card-link" href="/f/"><span class="co">co-</span>finanziare</a>' in html
    assert "<strong>Fundraising</strong>" in html


def test_course_card_does_not_say_its_title_twice():
    html = component(
        "course_card", title="Co-design", co_title="co-design", url="/c/", hue="codesign"
    )
    assert "<strong>" not in html


def test_checklist_says_in_words_what_the_sign_says():
    html = component(
        "checklist",
        items=[
            {"label": "Quiz", "met": True},
            {"label": "Presenze", "met": False, "detail": "68 %"},
        ],
    )
    assert ("Done: </span>Quiz" in html, "Missing: </span>Presenze" in html) == (True, True)


def test_tabs_name_the_current_page():
    html = component(
        "tabs", label="Viste", tabs=[{"label": "Uno", "url": "/1/", "current": True, "count": 0}]
    )
    assert '<a href="/1/" aria-current="page">Uno <span class="tabs-count">0</span></a>' in html


def test_table_cells_carry_the_heading_of_their_column():
    html = component("table", caption="C", head=["Corsista", "Ore"], rows=[["Aurora", "12"]])
    assert '<th scope="row">Aurora</th><td data-label="Ore">12</td>' in html


def test_pagination_keeps_the_other_parameters(rf):
    page = Paginator(range(30), 10).page(2)
    html = component("pagination", page_obj=page, request=rf.get("/?q=citta&page=2"))
    assert 'href="?q=citta&amp;page=3" rel="next"' in html


def test_pagination_of_one_page_is_nothing(rf):
    page = Paginator(range(3), 10).page(1)
    assert component("pagination", page_obj=page, request=rf.get("/")).strip() == ""


def test_share_links_load_nothing_from_anyone():
    html = component("share", url="https://cohub.example/it/manifesto/", title="Art. 1 & 2")
    assert "<script" not in html
    assert (
        "subject=Art.%201%20%26%202&amp;body=https%3A%2F%2Fcohub.example%2Fit%2Fmanifesto%2F"
        in html
    )


def test_component_notes_are_not_shown_to_readers():
    html = component("stat", figure="82 %", words="soglia")
    assert html.strip().startswith('<p class="stat">')


class Sample(forms.Form):
    name = forms.CharField(help_text="As on documents.")
    phone = forms.CharField(required=False)
    agree = forms.BooleanField()


def test_field_ties_label_hint_and_error_to_its_control():
    html = Sample({"name": ""})["name"].as_field_group()
    assert '<label for="id_name">Name</label>' in html
    assert '<div class="field-hint" id="id_name_helptext">As on documents.</div>' in html
    assert 'class="field-error" id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_optional_field_says_so_in_its_label():
    assert (
        'Phone <span class="field-optional">(optional)</span>' in Sample()["phone"].as_field_group()
    )


def test_checkbox_stands_before_its_label():
    html = Sample()["agree"].as_field_group()
    assert html.index("<input") < html.index("<label")


def test_form_shows_what_is_wrong_with_all_of_it():
    form = Sample({"name": "A", "agree": "on"})
    form.add_error(None, "The cohort is closed.")
    html = str(form)
    assert 'role="alert"' in html
    assert "<li>The cohort is closed.</li>" in html


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(100, f"1{NBSP}h{NBSP}40"), (65, f"1{NBSP}h{NBSP}05"), (60, f"1{NBSP}h"), (40, f"40{NBSP}min"),
     (0, f"0{NBSP}min"), (None, "")],
)  # fmt: skip
def test_duration_never_breaks_over_two_lines(minutes, words):
    assert filtered("m|duration", m=minutes) == words


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Chiara D’Amico", "CD"), ("Milena Šćepanović", "MŠ"), ("Elif", "E"), ("Anna Maria Rossi", "AR"),
     ("", "")],
)  # fmt: skip
def test_initials_are_the_first_and_last_words(name, letters):
    assert filtered("n|initials", n=name) == letters


@pytest.mark.parametrize(("part", "whole", "percent"), [(2, 3, "66"), (0, 3, "0"), (1, 0, "0")])
def test_share_is_cut_and_never_rounded_up(part, whole, percent):
    assert filtered("p|share_of:w", p=part, w=whole) == percent
