"""Newer versions of lessons that a cohort brings in."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.cohorts.services import REASON_LENGTH, Choice
from lms.core.typed import number_in


class VersionsForm(forms.Form):
    """Lessons to bring in: tokens of `summary.versions`, and for each page whether it is an erratum, and why.

    The tokens say what the person saw; `all` takes every one that was offered on the page.
    """

    TOKEN = re.compile(r"([1-9]\d{0,15})-(\d{1,16})-([1-9]\d{0,15})")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.chosen: list[str] = []
        self.faults: dict[int, str] = {}  # by page
        self.choices: list[Choice] = []
        if self.is_bound:
            name = "offered" if "all" in self.data else "choose"
            self.chosen = list(dict.fromkeys(self.data.getlist(name)))

    def typed(self, page_id: int) -> tuple[bool, str]:
        """Whether the page was marked as an erratum, and the reason on one line."""
        reason = self.data.get(f"reason-{page_id}", "") if self.is_bound else ""
        marked = self.is_bound and f"erratum-{page_id}" in self.data
        return marked, " ".join(reason.replace("\x00", "").split())

    def clean(self):
        cleaned = super().clean()
        found = [self.TOKEN.fullmatch(token) for token in self.chosen]
        pages = {int(match[1]) for match in found if match}
        self.faults = {
            page: _("You wrote of an erratum here and did not choose the lesson.")
            for page in self._marked() - pages
        }
        for match in found:
            if match is None:
                raise forms.ValidationError(_("Choose the lessons from the list."), code="unknown")
            self._choose(int(match[1]), int(match[2]) or None, int(match[3]))
        if self.faults:
            raise forms.ValidationError(
                _("Nothing was brought in: look at what is marked below."), code="erratum"
            )
        if not self.choices:
            raise forms.ValidationError(_("Choose at least one lesson."), code="nothing_chosen")
        return cleaned

    def _marked(self) -> set[int]:
        fields = (name.partition("-") for name in self.data)
        pages = {number_in(number) for word, _dash, number in fields if word == "erratum"}
        return {page for page in pages if page is not None}

    def _choose(self, page: int, expected: int | None, revision: int) -> None:
        marked, reason = self.typed(page)
        if marked and not reason:
            self.faults[page] = _("Say in one line what was wrong: learners will read it.")
        elif reason and not marked:
            self.faults[page] = _("Mark it as an erratum, or take the reason away.")
        elif len(reason) > REASON_LENGTH:
            self.faults[page] = _("One line, please: at most %(number)s characters.") % {
                "number": REASON_LENGTH
            }
        self.choices.append(Choice(page, expected, revision, reason if marked else ""))
