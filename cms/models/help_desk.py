import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from cms.choices import HelpStatus, HelpTopic
from cms.models.base import BodyPage
from lms.core.models import TimestampedModel


class HelpDeskPage(BodyPage):
    """The sportello: what it does, and the form (`cms.views.help_desk`)."""

    thanks = models.TextField(
        _("after sending"), max_length=400, blank=True, help_text=_("Shown in place of the form.")
    )
    consent_text = models.TextField(_("text of the consent"), max_length=600)
    consent_version = models.CharField(
        _("version of the consent"),
        max_length=20,
        help_text=_(
            "Change it whenever the text changes: each request keeps the one it agreed to."
        ),
    )

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    template = "cms/help_desk_page.html"
    content_panels = BodyPage.content_panels + [
        FieldPanel("thanks"),
        MultiFieldPanel(
            [FieldPanel("consent_text"), FieldPanel("consent_version")], _("Personal data")
        ),
    ]

    class Meta:
        verbose_name = _("help desk")


class HelpRequestQuerySet(models.QuerySet):
    def of_address(self, email: str):
        """Those sent from this e-mail address, whatever its capitals."""
        return self.filter(email__iexact=email) if email else self.none()


class HelpRequest(TimestampedModel, index.Indexed):
    """A question put to the sportello and, once, its answer. Erasing empties the personal fields."""

    # Made by the form: the same form sent twice is one request.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True, db_index=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="it"
    )
    topic = models.CharField(_("topic"), max_length=20, choices=HelpTopic)
    message = models.TextField(_("message"), max_length=4000, blank=True)
    consent_version = models.CharField(_("version of the consent"), max_length=20)
    consented_at = models.DateTimeField(_("consent given at"))
    status = models.CharField(
        _("status"), max_length=12, choices=HelpStatus, default=HelpStatus.NEW, db_index=True
    )
    answer = models.TextField(_("answer"), max_length=8000, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = HelpRequestQuerySet.as_manager()

    search_fields = [
        index.SearchField("name"),
        index.SearchField("message"),
        index.AutocompleteField("name"),
        index.FilterField("status"),
        index.FilterField("topic"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("name", read_only=True),
                        FieldPanel("email", read_only=True),
                        FieldPanel("language", read_only=True),
                    ]
                ),
                FieldRowPanel(
                    [
                        FieldPanel("topic", read_only=True),
                        FieldPanel("created_at", read_only=True, heading=_("Received")),
                        FieldPanel("consent_version", read_only=True),
                    ]
                ),
                FieldPanel("message", read_only=True),
            ],
            _("The request"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("status", read_only=True),
                FieldPanel(
                    "answer",
                    help_text=_(
                        "Sent by e-mail as soon as you save, once. Save it empty to say that "
                        "somebody is working on it."
                    ),
                ),
                FieldPanel("answered_at", read_only=True),
                FieldPanel("answered_by", read_only=True),
            ],
            _("The answer"),
        ),
    ]

    class Meta:
        verbose_name = _("help desk request")
        verbose_name_plural = _("help desk requests")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status=HelpStatus.ANSWERED, answered_at__isnull=False)
                | (~models.Q(status=HelpStatus.ANSWERED) & models.Q(answered_at=None)),
                name="an_answered_request_has_its_moment",
                violation_error_message=_("A request is answered when its answer is sent."),
            )
        ]

    def __str__(self):
        return f"{self.get_topic_display()} · {self.name or '—'}"
