"""Logging in with a second factor, and setting one up."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from wagtail.admin.forms.auth import LoginForm

from portal.accounts import second_factor

CODE = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "maxlength": 32}
WRONG = "The code is not right, or was used before. Wait for the next one, or take a recovery code."


class SignInForm(LoginForm):
    """Name, password, and the code of those who have set one up."""

    code = forms.CharField(
        label="One-time code",
        required=False,
        widget=forms.TextInput(attrs=CODE),
        help_text="From your authenticator app, or a recovery code. Leave it empty if you have not set one up.",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the code after the password was right."""
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and second_factor.has_one(user):
            device = second_factor.verified_device(user, cleaned.get("code", ""))
            if device is None:
                raise ValidationError(WRONG, code="wrong_code")
            user.otp_device = device
        return cleaned


class PasswordForm(forms.Form):
    """The password once more, before something that whoever found an open screen must not do."""

    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a password that is not the person's."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError("The password is not right.")
        return password


class CodeForm(PasswordForm):
    """The password and a code, before anything about the second factor changes."""

    code = forms.CharField(label="One-time code", widget=forms.TextInput(attrs=CODE))
