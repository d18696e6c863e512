"""A password rule of this house."""

from typing import Any

from django.core.exceptions import ValidationError

WORDS = ("gaitway", "calf", "reviewer", "medical", "guidance")


class NotTheSitesWords:
    """Refuses passwords that are little more than words of this site."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise when too little is left without the words of the site."""
        rest = password.lower()
        for word in WORDS:
            rest = rest.replace(word, "")
        if len(rest) < len(password) and len(rest) < 8:  # noqa: PLR2004  # as short as no password may be
            raise ValidationError("The password is little more than words of this site.", code="words_of_the_site")

    def get_help_text(self) -> str:
        """Say the rule."""
        return "Your password cannot be made of words of this site."
