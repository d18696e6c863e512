"""The ways from a page to the same page in other languages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import get_language
from wagtail.models import Page

from articles.addresses import absolute
from articles.translations import languages
from review import dependencies

# Where a page that is shown keeps its versions: the switch and what search engines are told ask for the same.
KEPT = "_versions"


@dataclass(frozen=True)
class Version:
    """One page in one language; `is_this` when it is the one that is read now."""

    language: str
    path: str
    is_this: bool

    @property
    def tag(self) -> str:
        """The language as markup names it."""
        return languages.tag(self.language)

    @property
    def direction(self) -> str:
        """In which direction it is written."""
        return languages.direction(self.language)

    @property
    def name(self) -> str:
        """What the language calls itself."""
        return "English" if self.language == languages.SOURCE else languages.own_name(self.language)

    @property
    def address(self) -> str:
        """The public address."""
        return absolute(self.path)

    @property
    def is_source(self) -> bool:
        """Whether it is what the others are made from; readers of any other language get this one."""
        return self.language == languages.SOURCE


def now() -> Version:
    """Return the language that is being shown."""
    active = get_language() or languages.SOURCE
    return Version(languages.SOURCE if active.startswith(languages.SOURCE) else active, "", True)


def versions(page: Any) -> list[Version]:
    """Return a page in every language it can be read in, that of the source first; nothing when it is but one."""
    if not isinstance(page, Page) or not page.pk:
        return []
    dependencies.on_users_of(page.pk)
    if KEPT not in page.__dict__:
        page.__dict__[KEPT] = _read(page)
    return page.__dict__[KEPT]


def _read(page: Any) -> list[Version]:
    rows: Any = apps.get_model("articles", "TranslationPage").objects.live().filter(source=page.pk)
    others = [(row.language, row.get_url_parts()) for row in rows.order_by("language")]
    if not others:
        return []
    this = now().language
    # while it is read in another language the page itself says the address of its translation
    found = [(languages.SOURCE, type(page).get_url_parts(page)), *others]
    return [Version(code, where[2], code == this) for code, where in found if where and where[2]]


def alternates(found: Iterable[Version]) -> list[tuple[str, str]]:
    """Return language and address of each version, and where readers of all other languages go."""
    listed = list(found)
    default = [("x-default", one.address) for one in listed if one.is_source]
    return [(one.tag, one.address) for one in listed] + default
