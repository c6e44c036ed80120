from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.search import index

from cms.models import BasePage
from curriculum.blocks import LessonBlock
from curriculum.choices import Completion
from curriculum.models.reviewed import Reviewed
from curriculum.pace import minutes_of
from lms.core.fields import KeysField, LeanStreamField
from lms.core.registries import registries


class Module(Reviewed, BasePage):
    """A part of a course, with its hours in class."""

    hours = models.DecimalField(_("hours in class"), max_digits=4, decimal_places=1, default=4)
    outcome_keys = KeysField(_("outcomes served"))

    parent_page_types = ["curriculum.Course"]
    subpage_types = ["curriculum.Lesson"]
    template = "curriculum/module.html"
    content_panels = BasePage.content_panels + [FieldPanel("hours"), FieldPanel("outcome_keys")]

    class Meta:
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    @property
    def minutes(self) -> int:
        return int(self.hours * 60)


# A mode of the preview: "edizione:MC-CODESIGN-2026-1:en".
LEARNER_MODE = "edizione:"


class Lesson(Reviewed, BasePage):
    """One sitting of reading and thinking."""

    # Codes of the cohorts in whose frame the author may preview it; told by the editor's hook.
    cohort_codes: Sequence[str] = ()

    body = LeanStreamField(LessonBlock(), verbose_name=_("body"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("estimated minutes"), default=10, blank=True)
    minutes_counted = models.BooleanField(
        _("count the minutes"),
        default=True,
        help_text=_(
            "From the words, and what there is to do. Untick it to give your own estimate."
        ),
    )
    required = models.BooleanField(
        _("required"), default=True, help_text=_("Counts for the certificate.")
    )
    completion = models.CharField(
        _("done by"),
        max_length=12,
        choices=Completion,
        default=Completion.BUTTON,
        help_text=_(
            "A lesson without the blocks that are asked for is done with the learner’s button."
        ),
    )
    outcome_keys = KeysField(_("outcomes served"))

    parent_page_types = ["curriculum.Module"]
    subpage_types: list[str] = []
    template = "curriculum/lesson.html"
    content_panels = BasePage.content_panels + [
        FieldPanel("body"),
        FieldRowPanel(
            [FieldPanel("minutes_counted"), FieldPanel("minutes"), FieldPanel("required")]
        ),
        FieldPanel("completion"),
        FieldPanel("outcome_keys"),
    ]
    search_fields = BasePage.search_fields + [
        index.SearchField("summary"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def clean(self):
        """Who gives no minutes lets them be counted; counted anew with every version."""
        super().clean()
        self.minutes_counted = self.minutes_counted or not self.minutes
        if self.minutes_counted:
            self.minutes = minutes_of(self.body)

    @property
    def preview_modes(self):
        """The public page, then the learner's view in each cohort that was offered to the author, in each language."""
        names = dict(settings.LANGUAGES)
        return [("", _("The public page"))] + [
            (f"{LEARNER_MODE}{code}:{language}", f"{code} · {names[language]}")
            for code in self.cohort_codes
            for language in names
        ]

    @property
    def preview_sizes(self):
        return [
            {"name": "phone", "icon": "mobile-alt", "device_width": 390, "label": _("Phone")},
            {"name": "desk", "icon": "desktop", "device_width": 1280, "label": _("Desk")},
        ]

    def serve_preview(self, request, mode_name):
        mode = mode_name or ""
        if not mode.startswith(LEARNER_MODE):
            return super().serve_preview(request, mode)
        if registries.lesson_previewer is None:
            raise Http404
        code, _colon, language = mode.removeprefix(LEARNER_MODE).partition(":")
        return registries.lesson_previewer.show(request, self, code, language)
