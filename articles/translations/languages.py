"""The languages of the site: the one in which pages are written, and those into which they are translated."""

from django.conf import settings
from django.utils.translation import get_language_info

SOURCE, SOURCE_TAG = "en", "en-GB"
# What stands above a part that has changed, until a language has an approved notice of its own.
NOTICE = "This part has changed. Below is the newest text in English."
SHORT = 2


def setting(language: str) -> str:
    """Return what a language is called in the settings: addresses of that of the source begin without it."""
    return str(settings.LANGUAGE_CODE) if language == SOURCE else language


def others() -> list[tuple[str, str]]:
    """Return code and name of each language into which pages are translated."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code != SOURCE]


def tag(language: str) -> str:
    """Return a language as markup names it: 'zh-Hant' for 'zh-hant', 'en-GB' for the language of the source."""
    if language.partition("-")[0] == SOURCE:
        return SOURCE_TAG
    first, *more = language.split("-")
    return "-".join([first, *(part.upper() if len(part) == SHORT else part.capitalize() for part in more)])


def tags() -> list[str]:
    """Return how markup names every language of the site."""
    return sorted(tag(code) for code in (SOURCE, *(code for code, _ in others())))


def code_of(name: str) -> str | None:
    """Return the language that a program names, by code or tag, in any case; None for one that is not ours."""
    codes = (SOURCE, *(code for code, _ in others()))
    known = {tag(code).lower(): code for code in codes} | {code.lower(): code for code in codes}
    return known.get(name.lower())


def direction(language: str) -> str:
    """Return in which direction a language is written."""
    try:
        return "rtl" if get_language_info(language)["bidi"] else "ltr"
    except KeyError:
        return "ltr"


def own_name(language: str) -> str:
    """Return what a language calls itself."""
    try:
        return str(get_language_info(language)["name_local"])
    except KeyError:
        return dict(settings.LANGUAGES).get(language, language)
