"""What people type about themselves and about others."""

from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from lms.accounts.choices import Role
from lms.accounts.models import ConsentText, User
from lms.accounts.models.invitation import Invitation
from lms.accounts.models.person import validate_plain_name
from lms.accounts.services import record_consents


class ConsentFields:
    """Adds one checkbox per current consent text, named `consent_<kind>`."""

    def add_consents(self, given: set[str] | None = None, *, optional_only: bool = False) -> None:
        for text in ConsentText.objects.current():
            if optional_only and text.required:
                continue
            self.fields[f"consent_{text.kind}"] = forms.BooleanField(
                label=text.title_text,
                help_text=text.body_text,
                required=text.required,
                initial=text.kind in (given or set()),
                error_messages={"required": _("To have an account you need to accept this.")},
            )

    def accepted_consents(self) -> list[str]:
        return [
            name.removeprefix("consent_")
            for name, value in self.cleaned_data.items()
            if name.startswith("consent_") and value
        ]

    @property
    def consent_fields(self):
        return [field for field in self if field.name.startswith("consent_")]

    @property
    def main_fields(self):
        return [field for field in self.visible_fields() if not field.name.startswith("consent_")]


def _name_field(label: Any, autocomplete: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=150,
        strip=True,
        validators=[validate_plain_name],
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
    )


class SignupForm(ConsentFields, allauth_forms.SignupForm):
    """Registration: name as on documents, language, address, password, consents with their version."""

    field_order = ["first_name", "last_name", "email", "language", "password1", "password2"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first_name"] = _name_field(_("First name"), "given-name")
        self.fields["last_name"] = _name_field(_("Last name"), "family-name")
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("We send you a link to confirm it.")
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"),
            choices=settings.LANGUAGES,
            initial=(get_language() or "it")[:2],
            help_text=_("For the site and for our mails."),
        )
        self.fields["password1"].help_text = password_help()
        self.fields["password2"].label = _("Password again")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.add_consents()
        self.order_fields(self.field_order)

    def try_save(self, request):
        if self.account_already_exists:
            # The same work as for a new account: timing tells nobody that the address is known.
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)

    def custom_signup(self, request, user):
        super().custom_signup(request, user)
        record_consents(user=user, accepted=self.accepted_consents())


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["first_name", "last_name", "display_name", "language", "tax_code"]
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "display_name": forms.TextInput(attrs={"autocomplete": "nickname"}),
            "tax_code": forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["first_name"].required = self.fields["last_name"].required = True
        for name in ("first_name", "last_name", "display_name"):
            self.fields[name].validators.append(validate_plain_name)
        # People paste it in groups: sixteen characters are counted after the spaces are gone.
        self.fields["tax_code"].max_length = None
        self.fields["tax_code"].validators = []
        self.fields["tax_code"].widget.attrs.pop("maxlength", None)
        self.fields["first_name"].help_text = self.fields["last_name"].help_text = ""
        self.fields["tax_code"].help_text = _("Only administrators and reports to funders see it.")

    def clean_tax_code(self) -> str:
        value = "".join(self.cleaned_data["tax_code"].split()).upper()
        if len(value) > 16:
            raise ValidationError(_("A codice fiscale has 16 characters."), code="tax_code")
        if value:
            self.instance._meta.get_field("tax_code").run_validators(value)
        return value


class ConsentsForm(ConsentFields, forms.Form):
    def __init__(self, *args, given: set[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.add_consents(given, optional_only=True)

    @property
    def required_texts(self):
        return ConsentText.objects.current().filter(required=True)


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the person joins as a learner."),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    def __init__(self, *args, roles: list[Role], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(role.value, role.label) for role in roles]


class AcceptInvitationForm(ConsentFields, forms.Form):
    """What an invited person adds: names, a password, consents."""

    def __init__(self, *args, invitation: Invitation, **kwargs):
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["first_name"] = _name_field(_("First name"), "given-name")
        self.fields["last_name"] = _name_field(_("Last name"), "family-name")
        if person := invitation.awaiting:
            self.initial |= {"first_name": person.first_name, "last_name": person.last_name}
        for name, label in (("password1", _("Password")), ("password2", _("Password again"))):
            self.fields[name] = forms.CharField(
                label=label,
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            )
        self.fields["password1"].help_text = password_help()
        self.add_consents()

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        elif first:
            person = User(
                email=self.invitation.email,
                first_name=data.get("first_name", ""),
                last_name=data.get("last_name", ""),
            )
            try:
                validate_password(first, person)
            except ValidationError as error:
                self.add_error("password1", error)
        return data


class ErasureForm(forms.Form):
    """Erasing cannot be undone: the person types the password and says so."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    sure = forms.BooleanField(label=_("I understand that this cannot be undone"))

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self):
        if not self.user.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("The password is not right."), code="password")
        return self.cleaned_data["password"]


def password_help() -> str:
    """One sentence in place of Django's list."""
    return gettext("At least 10 characters: a sentence is easier to remember than a code.")


class PlainLabels:
    """allauth repeats every label as a placeholder; the label is enough, and stays visible."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in LABELS:
                field.label = LABELS[name]
            if name == "password1":
                field.help_text = password_help()
            elif name in {"password", "password2"}:
                field.help_text = ""


LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Your password now"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "code": _("Code"),
}


class LoginForm(PlainLabels, allauth_forms.LoginForm):
    pass


class AddEmailForm(PlainLabels, allauth_forms.AddEmailForm):
    pass


class ChangePasswordForm(PlainLabels, allauth_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainLabels, allauth_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainLabels, allauth_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainLabels, allauth_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainLabels, allauth_forms.ReauthenticateForm):
    pass


class SecondFactorForm(PlainLabels, mfa_forms.AuthenticateForm):
    pass


class SecondFactorAgainForm(PlainLabels, mfa_forms.ReauthenticateForm):
    pass


class ActivateSecondFactorForm(PlainLabels, totp_forms.ActivateTOTPForm):
    pass
