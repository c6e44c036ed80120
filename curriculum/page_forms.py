"""The forms of pages in the editor: boxes to tick in place of raw keys, and what does not fit together."""

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.models import Partner
from curriculum.desk import authors_map
from curriculum.models import Course, Lesson, Module
from curriculum.models.reviewed import ReviewedPageForm
from curriculum.outline import OutcomeRow


class OutcomeKeysForm(ReviewedPageForm):
    """Of a module or lesson: the outcomes are those of its course, as published and as last drafted."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields.get("outcome_keys")
        if field is None:
            return
        self.known = known_outcomes(self.parent_page)
        gone = [key for key in self.instance.outcome_keys or [] if key not in self.known]
        field.choices = [
            *((key, f"{key} · {text}") for key, text in self.known.items()),
            *(
                (key, _("%(key)s · no longer an outcome of the course") % {"key": key})
                for key in gone
            ),
        ]
        field.help_text = _("What a learner is able to do thanks to this page.")
        if not field.choices:
            field.help_text = _("The course has no outcomes yet: write them on its page first.")
        field.error_messages["invalid_choice"] = _("The course has no outcome “%(value)s”.")

    def clean_outcome_keys(self):
        keys = self.cleaned_data["outcome_keys"]
        for key in keys:
            if key not in self.known:
                raise ValidationError(
                    _("“%(key)s” is no longer an outcome of the course: untick it.") % {"key": key}
                )
        return keys


class CourseForm(ReviewedPageForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "prerequisite_codes" in self.fields:
            self.fields["prerequisite_codes"].choices = self._other_courses()
        if "partner_keys" in self.fields:
            self.fields["partner_keys"].choices = self._partners()

    @property
    def outcome_rows(self) -> list[OutcomeRow]:
        return authors_map(self.instance) if self.instance.pk and self.instance.path else []

    def _other_courses(self) -> list[tuple[str, str]]:
        """Published courses, and those already ticked: an author learns of nobody's draft."""
        chosen = self.instance.prerequisite_codes
        titles = dict(
            Course.objects.live()
            .filter(locale__language_code="it")
            .order_by("path")
            .values_list("code", "title")
        )
        titles |= {code: titles.get(code, code) for code in chosen}
        titles.pop(self.instance.code, None)
        return [
            (code, f"{title} ({code})" if title != code else code) for code, title in titles.items()
        ]

    def _partners(self) -> list[tuple[str, str]]:
        language = (get_language() or "it")[:2]
        rows = Partner.objects.values_list("translation_key", "name", "locale__language_code")
        names: dict[str, str] = {}
        for key, name, code in rows:
            if code == language or str(key) not in names:
                names[str(key)] = name
        return list(names.items())

    def clean_outcomes(self):
        """A key names one outcome."""
        outcomes = self.cleaned_data["outcomes"]
        keys = [block.value["key"] for block in outcomes]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValidationError(
                _("Two outcomes have the same code: %(keys)s.") % {"keys": ", ".join(twice)}
            )
        return outcomes

    def clean(self):
        data = super().clean()
        parts = (data.get("hours_class"), data.get("hours_project"), data.get("hours_total"))
        if None not in parts and parts[2] and parts[0] + parts[1] > parts[2]:
            self.add_error(
                "hours_total",
                _("The hours in class and of project work are already %(hours)s.")
                % {"hours": parts[0] + parts[1]},
            )
        return data


def known_outcomes(page) -> dict[str, str]:
    """{key: text} of the course at or above `page`, published or last drafted; the draft's words win."""
    while page is not None and page.depth > 4:
        page = page.get_parent()
    course = page.specific if page is not None else None
    if not isinstance(course, Course):
        return {}
    draft = course.get_latest_revision_as_object()
    return course.outcome_texts | draft.outcome_texts


def attach() -> None:
    """Give the pages their forms: models stand below forms and cannot name them."""
    Course.base_form_class = CourseForm
    Module.base_form_class = Lesson.base_form_class = OutcomeKeysForm
