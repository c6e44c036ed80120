import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import OrganisationKind, Role
from lms.core.models import TimestampedModel


def validate_tax_code(value: str) -> None:
    """Refuse a codice fiscale whose form or check character is wrong (D.M. 23 dicembre 1976)."""
    from codicefiscale import codicefiscale

    if not codicefiscale.is_valid(value):
        raise ValidationError(_("This is not a valid codice fiscale."), code="tax_code")


def validate_plain_name(value: str) -> None:
    """Refuse what no name holds and what could disguise one: line breaks, controls, turned directions."""
    if any(
        unicodedata.category(letter) in {"Cc", "Zl", "Zp"} or letter in TURNS for letter in value
    ):
        raise ValidationError(_("A name is written on one line, in letters."), code="name")


# They make “Rossi” read “issoR”, or a name look like another; the joiners of Indic scripts are no such.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class UserQuerySet(models.QuerySet):
    def search(self, text: str):
        """People whose name or address contains every word of `text`."""
        found = self
        for word in text.split()[:6]:
            found = found.filter(
                Q(first_name__icontains=word)
                | Q(last_name__icontains=word)
                | Q(display_name__icontains=word)
                | Q(email__icontains=word)
            )
        return found


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, email: str, password: str | None = None, **fields):
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A person: logs in with the e-mail address; the names are those of their documents."""

    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(
        _("first name"), max_length=150, blank=True, help_text=_("As on your documents.")
    )
    last_name = models.CharField(
        _("last name"), max_length=150, blank=True, help_text=_("As on your documents.")
    )
    display_name = models.CharField(
        _("display name"),
        max_length=80,
        blank=True,
        help_text=_("How others see you on the platform; if empty, your first name is used."),
    )
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="it"
    )
    tax_code = models.CharField(
        _("codice fiscale"),
        max_length=16,
        blank=True,
        validators=[validate_tax_code],
        help_text=_("Optional. Only administrators and reports to funders see it."),
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("date joined"), default=timezone.now)
    erased_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the person's data were erased; what had to be kept is restricted."),
    )

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message=_("There is already an account with this address."),
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def clean(self):
        super().clean()
        self.email = self.email.strip().lower()
        self.tax_code = self.tax_code.replace(" ", "").upper()

    def get_short_name(self) -> str:
        return self.display_name or self.first_name or self.email.partition("@")[0]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Values of `Role` that the person holds; empty for a learner. One query a request."""
        if self.is_superuser:
            return frozenset(Role.values)
        names = self.groups.values_list("name", flat=True)
        return frozenset(names) & frozenset(Role.values)

    def know_groups(self, names: Iterable[str]) -> None:
        """Spares the query of `roles` to whoever has read the names of the person's groups with something else."""
        if not self.is_superuser:
            self.__dict__["roles"] = frozenset(names) & frozenset(Role.values)

    def has_perm(self, perm, obj=None) -> bool:
        self._read_permissions()
        return super().has_perm(perm, obj)

    def _read_permissions(self) -> None:
        """Fill what Django's backend keeps on the person, and `roles`, in one query instead of three."""
        if hasattr(self, "_group_perm_cache") or self.is_superuser or not self.is_active:
            return
        own = self.user_permissions.order_by().annotate(of=Value(None, models.CharField()))
        by_group = self.groups.order_by().values_list(
            "name", "permissions__content_type__app_label", "permissions__codename"
        )
        rows = list(
            by_group.union(own.values_list("of", "content_type__app_label", "codename"), all=True)
        )
        self._group_perm_cache = {f"{app}.{name}" for group, app, name in rows if group and name}
        self._user_perm_cache = {f"{app}.{name}" for group, app, name in rows if group is None}
        self.know_groups(group for group, _app, _name in rows if group)

    def has_role(self, *roles: str) -> bool:
        return self.is_active and not self.roles.isdisjoint(roles)


class Organisation(TimestampedModel):
    """Where a learner comes from: an employer, a public body, a university."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=OrganisationKind, default=OrganisationKind.OTHER
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self):
        return self.name
