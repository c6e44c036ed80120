"""The register of certificates: rows that are written once, and what may still happen to them."""

import copy
import hashlib
import json
import secrets
import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from certificates.choices import Kind, RevocationReason, Status
from lms.accounts.choices import Role
from lms.core.models import TimestampedModel

# Lower case without the letters that are taken for digits (Crockford's base 32): people type it from paper.
CODE_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 26  # 130 random bits


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _place in range(CODE_LENGTH))


def hash_of(facts: dict) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class AppendOnly(Exception):
    """Code tried to change or delete what was frozen: a fault of the program, not a refusal."""


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; all of them for administrators."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.has_role(Role.ADMINISTRATOR) else self.filter(enrolment__user=user)

    def produced(self):
        """Those that have a file: public pages and mails know no others."""
        return self.filter(produced_at__isnull=False)

    def valid(self):
        return self.filter(status=Status.ISSUED)

    def update(self, **values):
        frozen = Certificate.FROZEN & values.keys()
        if frozen:
            raise AppendOnly(f"A certificate's {', '.join(sorted(frozen))} cannot be changed.")
        return super().update(**values)

    def delete(self):
        raise AppendOnly("Certificates are revoked, never deleted.")

    delete.alters_data = True
    delete.queryset_only = True


class Certificate(TimestampedModel):
    """One document of the register. `facts` is all that the document says, frozen at issue with its hash;
    `evidence` is what each rule was judged by. The file is added once, by `services.produce`.

    Numbers have no gaps in a year of Europe/Rome, one series for both kinds.
    """

    FROZEN = frozenset(
        {"uuid", "kind", "enrolment", "enrolment_id", "year", "number", "code", "facts", "facts_hash",
         "evidence", "issued_at", "supersedes", "supersedes_id"}
    )  # fmt: skip
    # Empty until a service fills them, and never changed after that.
    WRITTEN_ONCE = frozenset(
        {"template_version", "produced_at", "file", "sha256", "size",
         "revoked_at", "revocation_reason", "revocation_note"}
    )  # fmt: skip

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, editable=False)
    enrolment = models.ForeignKey(
        "cohorts.Enrolment", on_delete=models.PROTECT, related_name="certificates",
        verbose_name=_("enrolment"), editable=False,
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year"), editable=False)
    number = models.PositiveIntegerField(
        _("number"), editable=False, validators=[MinValueValidator(1)]
    )
    code = models.CharField(
        _("verification code"), max_length=32, unique=True, default=new_code, editable=False
    )
    facts = models.JSONField(_("facts"), editable=False)
    facts_hash = models.CharField(_("SHA-256 of the facts"), max_length=64, editable=False)
    evidence = models.JSONField(_("evidence"), default=list, editable=False)
    issued_at = models.DateTimeField(_("issued at"), editable=False)
    issued_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+",
        verbose_name=_("issued by"), editable=False,
    )  # fmt: skip
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by",
        verbose_name=_("supersedes"), editable=False,
    )  # fmt: skip
    status = models.CharField(
        _("status"), max_length=12, choices=Status, default=Status.ISSUED, editable=False
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)
    revocation_reason = models.CharField(
        _("reason"), max_length=20, choices=RevocationReason, blank=True, editable=False
    )
    revocation_note = models.TextField(_("note"), blank=True, editable=False)
    revoked_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    template_version = models.CharField(_("drawing"), max_length=40, blank=True, editable=False)
    produced_at = models.DateTimeField(_("produced at"), null=True, editable=False)
    file = models.CharField(_("file"), max_length=120, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    size = models.PositiveIntegerField(_("bytes"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    attempted_at = models.DateTimeField(null=True, editable=False)
    production_error = models.TextField(blank=True, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="a_number_is_given_once_a_year"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "kind"],
                condition=Q(status=Status.ISSUED),
                name="one_valid_certificate_per_enrolment_and_kind",
                violation_error_message=_("There is already a valid certificate of this kind."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="certificate_numbers_begin_at_one"
            ),
            models.CheckConstraint(
                condition=Q(produced_at=None, file="", sha256="", size=None)
                | (Q(produced_at__isnull=False, size__gt=0) & ~Q(file="") & ~Q(sha256="")),
                name="a_produced_certificate_has_its_file",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=Status.REVOKED, revoked_at__isnull=False) & ~Q(revocation_reason="")
                )
                | (~Q(status=Status.REVOKED) & Q(revoked_at=None, revocation_reason="")),
                name="a_revocation_has_a_date_and_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.label}"

    @classmethod
    def from_db(cls, db, field_names, values):
        instance = super().from_db(db, field_names, values)
        instance._remember()
        return instance

    def refresh_from_db(self, *args, **kwargs):
        super().refresh_from_db(*args, **kwargs)
        self._remember()

    def save(self, *args, **kwargs):
        for name, before in getattr(self, "_stored", {}).items():
            changed = getattr(self, name) != before
            if changed and (name in self.FROZEN or before not in (None, "")):
                raise AppendOnly(f"A certificate's {name} cannot be changed.")
        super().save(*args, **kwargs)
        self._remember()

    def _remember(self) -> None:
        """What the row holds; JSON is copied, so that a change made in place shows too."""
        self._stored = {
            name: copy.deepcopy(self.__dict__[name])
            for name in self.FROZEN | self.WRITTEN_ONCE
            if name in self.__dict__
        }

    def delete(self, *args, **kwargs):
        raise AppendOnly("Certificates are revoked, never deleted.")

    @property
    def label(self) -> str:
        """As people say it: “41/2026”."""
        return f"{self.number}/{self.year}"

    @property
    def file_slug(self) -> str:
        """The file's name for whoever downloads it: no person's name in a folder of downloads."""
        stem = "attestato" if self.kind == Kind.ATTENDANCE else "microcredenziale"
        return f"{stem}-{self.number}-{self.year}.pdf"

    @property
    def holder(self) -> str:
        return self.facts["holder"]["name"]

    @property
    def course_title(self) -> str:
        """In the reader's language where the document has it, else in Italian."""
        titles = self.facts["course"]["title"]
        return titles.get((get_language() or "it")[:2]) or titles["it"]

    @property
    def is_produced(self) -> bool:
        return self.produced_at is not None

    @property
    def is_intact(self) -> bool:
        """Whether the facts are still those that were frozen."""
        return hash_of(self.facts) == self.facts_hash

    @property
    def is_valid(self) -> bool:
        return self.status == Status.ISSUED

    @property
    def tone(self) -> str:
        """The chip's tone; the word goes with it."""
        return {Status.ISSUED: "success", Status.SUPERSEDED: "warning"}.get(self.status, "error")

    def get_absolute_url(self) -> str:
        return reverse("certificates:download", args=[self.uuid, self.file_slug])

    def get_verify_url(self) -> str:
        return reverse("verify", args=[self.code])


class NumberCounter(models.Model):
    """The last number given in a year: read and moved on under one lock (quality: Gap-free numbers)."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number counter")
        verbose_name_plural = _("number counters")

    def __str__(self):
        return f"{self.year}: {self.last}"


@register_setting(icon="doc-full", order=900)
class CertificateSettings(BaseGenericSetting):
    """Who issues and signs. Frozen into each certificate: a change touches only those to come."""

    issuer_name = models.CharField(_("issuer"), max_length=120, default="Cohub Milano")
    place = models.CharField(_("place"), max_length=80, default="Milano")
    country = models.CharField(
        _("country"), max_length=2, default="IT", help_text=_("ISO code of two letters.")
    )
    signatory_name = models.CharField(
        _("signatory"), max_length=120, blank=True, help_text=_("First and last name.")
    )
    signatory_role_it = models.CharField(
        _("signatory's role (Italian)"), max_length=120, default="La direzione didattica"
    )
    signatory_role_en = models.CharField(
        _("signatory's role (English)"), max_length=120, default="The board of studies"
    )
    quality_it = models.TextField(
        _("quality assurance (Italian)"),
        max_length=400,
        default="Revisione del comitato scientifico prima della pubblicazione; registro didattico "
        "firmato dai docenti; prove conservate con la regola di giudizio.",
    )
    quality_en = models.TextField(
        _("quality assurance (English)"),
        max_length=400,
        default="Review by the scientific committee before publication; class register signed by the "
        "teachers; assessments kept with the rule they were judged by.",
    )

    panels = [
        FieldRowPanel([FieldPanel("issuer_name"), FieldPanel("place"), FieldPanel("country")]),
        MultiFieldPanel(
            [
                FieldPanel("signatory_name"),
                FieldRowPanel([FieldPanel("signatory_role_it"), FieldPanel("signatory_role_en")]),
            ],
            _("Signature"),
        ),
        MultiFieldPanel([FieldPanel("quality_it"), FieldPanel("quality_en")], _("Quality")),
    ]

    class Meta:
        verbose_name = _("certificates: issuer and signature")

    def __str__(self):
        return self.issuer_name


def year_in_rome(moment) -> int:
    """The year of the register: that of Europe/Rome, not of UTC (domain: Certificates)."""
    return timezone.localtime(moment).year
