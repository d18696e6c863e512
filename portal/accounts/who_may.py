"""Who may do what, from the roles as they are now; who has which; and where they stand in each other's way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Count
from django_otp.plugins.otp_totp.models import TOTPDevice

from review import dashboard
from review.enums import State
from review.models import Credential, SignOff
from review.models.submission import Submission
from review.permissions import KEEP, RELEASE, SIGN, WITHDRAW

ENTER, ACCOUNTS = "wagtailadmin.access_admin", "auth.change_user"
MOST = 8


@dataclass(frozen=True)
class Rights:
    """What a role, or a person, was given: on the whole site, on pages, on files."""

    general: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()

    def __or__(self, other: "Rights") -> "Rights":
        return Rights(self.general | other.general, self.pages | other.pages, self.files | other.files)


class Deed(NamedTuple):
    """Something people do here, and the rights with which one may."""

    what: str
    may: Callable[[Rights], bool]
    rights: frozenset[str] = frozenset()


def _keeps(rights: Rights) -> bool:
    """Whoever manages accounts does not keep registrations: nobody makes a reviewer alone."""
    return KEEP in rights.general and ACCOUNTS not in rights.general


WRITE, FILES = frozenset({"add_page", "change_page"}), frozenset({"add_image", "choose_image"})
USERS = frozenset(f"auth.{verb}_{what}" for verb in ("add", "change", "view") for what in ("user", "group"))
DEEDS = (
    Deed("Enter the admin", lambda has: ENTER in has.general, frozenset({ENTER})),
    Deed("Write drafts and submit them for review", lambda has: bool(WRITE & has.pages), WRITE),
    Deed("Upload pictures and choose them", lambda has: bool(FILES & has.files), FILES),
    Deed("Sign a text, or send it back with reasons", lambda has: SIGN in has.general, frozenset({SIGN})),
    Deed("Release what is signed", lambda has: bool({SIGN, RELEASE} & has.general), frozenset({RELEASE})),
    Deed("Withdraw, hold and roll back public pages", lambda has: WITHDRAW in has.general, frozenset({WITHDRAW})),
    Deed("Record and end registrations of reviewers", _keeps, frozenset({KEEP})),
    Deed("Keep accounts, and roles outside of the review", lambda has: ACCOUNTS in has.general, USERS),
    Deed("Publish a text that nobody signed", lambda has: False),
)
KNOWN = frozenset().union(*(deed.rights for deed in DEEDS))


@dataclass(frozen=True)
class Role:
    """One role: its rights, those that no deed names in the words of the permissions, and how many people have it."""

    name: str
    rights: Rights
    others: tuple[str, ...]
    number: int


@dataclass(frozen=True)
class Person:
    """One account: its roles, how it signs in, and what to look at."""

    user: Any
    roles: tuple[str, ...]
    has_second_factor: bool
    registered_until: date | None
    warnings: tuple[str, ...] = field(default=())


def roles() -> list[Role]:
    """Return every role with what it may do and how many people have it."""
    groups = Group.objects.annotate(number=Count("user", distinct=True)).order_by("name")
    rows = groups.prefetch_related(
        "permissions__content_type", "page_permissions__permission", "collection_permissions__permission"
    )
    return [_role(group) for group in rows]


def _role(group: Any) -> Role:
    pages = {row.permission.codename: row.permission.name for row in group.page_permissions.all()}
    files = {row.permission.codename: row.permission.name for row in group.collection_permissions.all()}
    general = {_name(row): row.name for row in group.permissions.all()}
    others = {words for given in (general, pages, files) for name, words in given.items() if name not in KNOWN}
    rights = Rights(frozenset(general), frozenset(pages), frozenset(files))
    return Role(group.name, rights, tuple(sorted(others)), group.number)


def _name(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"


def people(users: Iterable[Any], known: Iterable[Role], today: date) -> list[Person]:
    """Return some accounts with what to look at; as many queries for many as for few."""
    some = list(users)
    ids = [user.pk for user in some]
    rights = {role.name: role.rights for role in known}
    factors = set(TOTPDevice.objects.filter(confirmed=True, user_id__in=ids).values_list("user_id", flat=True))
    until: dict[int, date] = {}
    for row in Credential.objects.valid_on(today).filter(holder_id__in=ids):
        until[row.holder_id] = max(row.valid_until, until.get(row.holder_id, row.valid_until))
    return [_person(user, rights, user.pk in factors, until.get(user.pk)) for user in some]


def accounts() -> Any:
    """Return the accounts that are open, with their roles."""
    rows = get_user_model().objects.filter(is_active=True).order_by("last_name", "first_name", "username")
    return rows.prefetch_related("groups", "user_permissions__content_type")


def _person(user: Any, rights: dict[str, Rights], has_factor: bool, until: date | None) -> Person:
    names = tuple(sorted(group.name for group in user.groups.all()))
    own = Rights(frozenset(_name(row) for row in user.user_permissions.all()))
    has = reduce(lambda one, other: one | other, (rights.get(name, Rights()) for name in names), own)
    return Person(user, names, has_factor, until, tuple(_warnings(user, has, has_factor, until)))


def _warnings(user: Any, has: Rights, has_factor: bool, until: date | None) -> Iterator[str]:
    """Yield where the roles of one person stand in each other's way, or do not hold."""
    signs, writes = SIGN in has.general, bool(WRITE & has.pages)
    if user.is_superuser:
        yield "Superuser: may do everything but publish what nobody signed. For the operator, not for daily work."
    if signs and writes:
        yield "Writes and reviews: cannot sign any text that they had a hand in. Another reviewer is needed for those."
    if ACCOUNTS in has.general and (signs or KEEP in has.general):
        yield "Keeps accounts and has a part in the review: whoever makes accounts should not decide who reviews."
    if signs and KEEP in has.general:
        yield "Reviews and keeps registrations: never their own, and better not those of colleagues."
    if signs and until is None:
        yield "Reviewer without a valid registration: can read, but not sign."
    decides = user.is_superuser or {SIGN, RELEASE, WITHDRAW, KEEP, ACCOUNTS} & has.general
    if decides and not has_factor:
        yield "Decides about texts or accounts without a second factor."


class Stuck(NamedTuple):
    """A text in review for which there are not enough people who may sign it."""

    pk: int
    title: str
    missing: int
    free: int


def stuck(today: date) -> tuple[list[Stuck], int]:
    """Return the first texts that cannot be signed as things stand, and how many there are.

    Whoever wrote a part of a text, signed it or declined it is out; two accounts of one registration count once.
    """
    valid = Credential.objects.valid_on(today).filter(holder__is_active=True)
    registered = {row.holder_id: (row.body, row.number) for row in valid}
    out = dashboard.out_of_it()
    signed = dict(_signed())
    rows = Submission.objects.filter(state=State.IN_REVIEW).order_by("submitted_at")
    found = []
    for pk, title, needed in rows.values_list("pk", "title", "signers_needed"):
        free = len({registration for holder, registration in registered.items() if holder not in out.get(pk, ())})
        missing = needed - signed.get(pk, 0) - free
        if missing > 0:
            found.append(Stuck(pk, title, missing, free))
    return found[:MOST], len(found)


def _signed() -> Iterable[tuple[int, int]]:
    """Return how many signatures each text in review has."""
    texts = Submission.objects.filter(state=State.IN_REVIEW).order_by().values("pk")
    rows = SignOff.objects.filter(submission_id__in=texts).order_by()
    return rows.values_list("submission_id").annotate(number=Count("*"))
