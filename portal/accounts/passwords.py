"""The password rules of this house."""

from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

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


# What the estimate reads of a password; more only makes it slower.
READ = 72
# 10^10 guesses: below, a stolen hash or a patient robot is enough.
SAFE = 3


class NotGuessable:
    """Refuses passwords that are known from breaches or follow a pattern; asks nobody outside."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise when few guesses would do: by leaked passwords, names, words, dates, rows of keys, repetition."""
        names = ("username", "first_name", "last_name", "email")
        own = [*WORDS, *(str(getattr(user, name, "")) for name in names if getattr(user, name, ""))]
        if zxcvbn(password[:READ], user_inputs=own)["score"] < SAFE:
            raise ValidationError("The password is easy to guess: three or four words do better.", code="guessable")

    def get_help_text(self) -> str:
        """Say the rule."""
        return "Your password cannot be one that others have used before or that is easy to guess."
