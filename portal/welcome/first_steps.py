"""First steps for whoever is new, by role. A step is ticked by what the site knows, or by “I have read it” alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.users.models import UserProfile

from articles.editing.next_steps import starts_for
from portal.accounts import second_factor
from portal.models import Work
from portal.work.jobs import JOBS
from review import permissions, reach
from review.demo import ACCOUNTS
from review.enums import State
from review.models import Credential, Event, SignOff
from review.models.submission import Submission

# What somebody says of themselves is kept in their own profile, where Wagtail keeps what they have put away.
AWAY = "gaitway_first_steps_away"
READ = {"checklist": "gaitway_read_checklist", "roles": "gaitway_read_roles"}
ENOUGH_REVIEWERS = 2


class Step(NamedTuple):
    """One thing that is done once; without an address somebody else does it."""

    what: str
    why: str
    is_done: bool
    address: str = ""


class Steps(NamedTuple):
    """The first steps of one role."""

    role: str
    steps: tuple[Step, ...]

    @property
    def number_done(self) -> int:
        """How many of them are done."""
        return sum(step.is_done for step in self.steps)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self.number_done == len(self.steps)


def said_by(user: Any) -> dict[str, Any]:
    """Return what somebody has put away, and what they said they have read."""
    profile = getattr(user, "wagtail_userprofile", None)
    return dict(profile.dismissibles) if profile else {}


def say(user: Any, **said: bool) -> None:
    """Keep what somebody says of themselves."""
    profile = UserProfile.get_for_user(user)
    profile.dismissibles.update(said)
    profile.save(update_fields=["dismissibles"])


def steps_for(user: Any, now: datetime) -> list[Steps]:
    """Return the first steps of each role that somebody has; an account may have several."""
    said = said_by(user)
    own = _second_factor(user)
    found = []
    if PagePermissionPolicy().user_has_any_permission(user, reach.WRITING) and not user.is_superuser:
        found.append(Steps("author", (own, *_author(user, said))))
    if permissions.can_review(user) and not user.is_superuser:
        found.append(Steps("reviewer", (own, *_reviewer(user, said, now))))
    if permissions.can_keep_credentials(user):
        found.append(Steps("keeper of credentials", (own, *_keeper(user))))
    if user.is_superuser or user.has_perm("auth.change_user"):
        found.append(Steps("administrator", (own, *_administrator(said, now))))
    return found


def _second_factor(user: Any) -> Step:
    why = "A code from your telephone besides the password; whoever decides about texts or accounts needs it."
    return Step("Set up a second factor", why, second_factor.has_one(user), reverse("portal_second_factor"))


def _checklist(said: dict[str, Any], why: str) -> Step:
    return Step("Read what reviewers are asked", why, bool(said.get(READ["checklist"])), reverse("portal_checklist"))


def _author(user: Any, said: dict[str, Any]) -> Iterator[Step]:
    yield _checklist(said, "A text that answers these questions by itself comes back less often.")
    begun = Page.objects.filter(Q(owner=user) | Q(latest_revision__user=user)).exists()
    start = next((one.address for one in starts_for(user)), reverse("wagtailadmin_explore_root"))
    yield Step("Begin a first draft", "A source is a good beginning: everything else refers to one.", begun, start)
    states = set(Submission.objects.filter(submitted_by=user).order_by().values_list("state", flat=True).distinct())
    at = reverse("review:dashboard")
    yield Step("Submit a first draft", "Reviewers then hold it; nobody can change it meanwhile.", bool(states), at)
    answered = bool(states & {State.RELEASED, State.SIGNED, State.CHANGES_REQUESTED})
    yield Step("Get your first answer", "Signed, or sent back with reasons. Others do this.", answered)


def _reviewer(user: Any, said: dict[str, Any], now: datetime) -> Iterator[Step]:
    registered = Credential.objects.valid_on(now.date()).filter(holder_id=user.pk).exists()
    why = "A keeper of credentials records it; without it you can read, but not sign."
    yield Step("Have your registration on record", why, registered)
    yield _checklist(said, "You answer each of them under your own name.")
    decided = SignOff.objects.filter(reviewer_id=user.pk).exists() or (
        Event.objects.filter(by_id=user.pk, what="changes requested").exists()
    )
    why = "Open what waits for you: what changed stands on top, the questions below."
    yield Step("Sign a first text, or send it back", why, decided, f"{reverse('review:dashboard')}#waiting")


def _keeper(user: Any) -> Iterator[Step]:
    recorded = Credential.objects.filter(verified_by=user).exists()
    why = "Look the person up in the public register first; recording makes them a reviewer."
    yield Step("Record a first registration", why, recorded, reverse("review:credentials"))


def _administrator(said: dict[str, Any], now: datetime) -> Iterator[Step]:
    roles = reverse("portal_roles")
    yield Step("Read who may do what", "Nobody makes a reviewer alone, and nobody reviews what they wrote.",
               bool(said.get(READ["roles"])), roles)  # fmt: skip
    people = get_user_model().objects.filter(is_active=True).exclude(username__in=ACCOUNTS)
    writes = Q(groups__page_permissions__permission__codename="add_page")
    users = reverse("wagtailusers_users:index")
    yield Step("Make an account for a first author", "Give it the role “Medical editors”.",
               people.filter(writes).exists(), users)  # fmt: skip
    keeps = Q(groups__permissions__codename="keep_credentials")
    yield Step("Have somebody who keeps credentials", "Not yourself: the operator of the machine gives this role.",
               people.filter(keeps).exists(), roles)  # fmt: skip
    valid = Credential.objects.valid_on(now.date()).filter(demonstration=False, holder__is_active=True)
    enough = valid.values("holder_id").distinct().count() >= ENOUGH_REVIEWERS
    yield Step("Have two reviewers", "Safety and protocols need two; demonstrations do not count.", enough, roles)
    open_still = get_user_model().objects.filter(is_active=True, username__in=ACCOUNTS).exists()
    yield Step("Close the demonstration accounts", "On the machine: manage.py demo_accounts --remove.",
               not open_still, users)  # fmt: skip
    ran = Work.objects.filter(job__in=[job.key for job in JOBS], ended_at__isnull=False)
    runs = bool(ran) and not any(row.is_late(now) for row in ran)
    yield Step("See that the worker runs", "It releases what is due, proves the signatures and mails people.", runs,
               reverse("portal_work"))  # fmt: skip
