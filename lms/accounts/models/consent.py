from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import ConsentKind


class ConsentTextQuerySet(models.QuerySet):
    def current(self):
        """The newest version of each kind: what people are asked today."""
        newest = self.model.objects.filter(kind=OuterRef("kind")).order_by("-version")
        return self.filter(pk=Subquery(newest.values("pk")[:1])).order_by("-required", "kind")


class ConsentText(models.Model):
    """One version of what people agree to. A text that was agreed to never changes: a new version comes."""

    kind = models.CharField(_("kind"), max_length=20, choices=ConsentKind)
    version = models.PositiveSmallIntegerField(_("version"))
    required = models.BooleanField(_("required"), default=False)
    title = models.JSONField(_("title"), default=dict)
    body = models.JSONField(_("text"), default=dict)
    published_at = models.DateTimeField(_("published at"))

    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "version"], name="a_consent_text_has_a_version_once"
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.version}"

    @property
    def title_text(self) -> str:
        return self._in_language(self.title)

    @property
    def body_text(self) -> str:
        return self._in_language(self.body)

    @staticmethod
    def _in_language(texts: dict) -> str:
        return texts.get((get_language() or "it")[:2]) or texts.get("it", "")


class ConsentQuerySet(models.QuerySet):
    def given(self):
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """That a person agreed to a version of a text, when, and when they took it back."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(_("given at"))
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["given_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "text"],
                condition=Q(withdrawn_at=None),
                name="a_consent_is_given_once_per_version",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="a_consent_is_withdrawn_after_it_is_given",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.text}"
