"""What a person should do now: reads over the whole site, in a number of queries that does not grow with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils.formats import date_format

from articles.editing.next_steps import Begun, begun_by
from articles.models import WatchTask
from portal.accounts import roles, second_factor
from portal.models import Work
from portal.work.jobs import JOBS, NO_QUARREL, QUARRELS
from review import concerns, dashboard, permissions, reach
from review.enums import ConcernState, PublicState, State
from review.models import Concern, Hold
from review.models.submission import Standing, Submission

# Of each list, the first page shows so many, the most pressing first.
MOST = 8


class Task(NamedTuple):
    """One thing to do: what it is about, why, and where it is done."""

    what: str
    why: str
    address: str
    is_late: bool = False


@dataclass(frozen=True)
class Tasks:
    """Things to do of one kind, the most pressing first; `more` are not shown, they stand at `all_at`."""

    heading: str
    rows: tuple[Task, ...]
    more: str = ""
    all_at: str = ""


def tasks_of(user: Any, now: datetime) -> list[Tasks]:
    """Return what somebody should do now, the most urgent kind first; nothing of what is not theirs."""
    reviews = permissions.can_review(user)
    found = [
        *(_at_risk(user, now) if reviews or permissions.can_withdraw(user) else ()),
        *_of_accounts(user, now),
        *_to_review(user, now, reviews=reviews),
        *(_to_look_after(user, now) if permissions.has_a_part(user) else ()),
        *(_of_author(user, now) if permissions.has_a_part(user) else ()),
    ]
    return [one for one in found if one.rows]


def _at_risk(user: Any, now: datetime) -> Iterator[Tasks]:
    """What readers may be harmed by, or are kept from, until somebody decides."""
    if permissions.can_review(user):
        at, waiting = reverse("review:concerns"), Concern.objects.filter(state=ConcernState.OPEN)[:MOST]
        rows = [Task(row.page_title, f"A reader says: {row.text}", at, row.due_at < now) for row in waiting]
        more = concerns.number_waiting() - len(rows)
        yield _some("Readers say that something is unsafe", rows, more, "concern", at)
        yield _watched(now)
    yield _second_person(now)
    held = dashboard.holds()
    rows = [Task(row.title, f"Readers do not see it since {_day(row.held_at)}: {row.reason}",
                 _page(row.page_id), _is_old(row.held_at, now)) for row in held[:MOST]]  # fmt: skip
    more = Hold.objects.filter(lifted_at=None).count() - len(rows)
    yield _some("On hold", rows, more, "hold", _dashboard("holds"))


def _watched(now: datetime) -> Tasks:
    """Sources that were retracted, changed or lost, with how many texts wait because of it."""
    at, open_tasks = f"{reverse('articles_watch')}#open", WatchTask.objects.filter(decision=None)
    events = open_tasks.values("hit", "hit__source_title", "hit__said", "hit__at").annotate(texts=Count("pk"))
    rows = [Task(one["hit__source_title"], f"{one['hit__said']} ({one['texts']} text{pluralize(one['texts'])})", at,
                 _is_old(one["hit__at"], now)) for one in events.order_by("hit__at", "hit")[:MOST]]  # fmt: skip
    return _some("Something happened to a source", rows, events.count() - len(rows), "event", at)


def _second_person(now: datetime) -> Tasks:
    alone, asked = dashboard.second_person(), dashboard.rollbacks(now)
    why = "One person decided alone; a second one has to agree."
    rows = [Task(str(row.base.get("title", row.pk)), why, _page(row.pk)) for row in alone]
    for title, row in asked:
        rows.append(Task(title, f"{row.by_name} wants an earlier text back: {row.data['reason']}", _page(row.page_id)))
    at = _dashboard("second-person" if alone else "rollbacks")
    return _some("A second person is asked for", rows[:MOST], len(rows[MOST:]), "decision", at)


def _is_old(since: datetime, now: datetime) -> bool:
    """What waits for a decision about safety is for days, not for ever."""
    return since < now - timedelta(settings.REVIEW_WAITING_DAYS["safety"])


def _of_accounts(user: Any, now: datetime) -> Iterator[Tasks]:
    """What keeps a person, or the site, from working as it should."""
    if roles.needs_second_factor(user) and not second_factor.has_one(user):
        own = Task("Set up your second factor", "Your role decides about texts or accounts. A code from your telephone "
                   "keeps others out.", reverse("portal_second_factor"))  # fmt: skip
        yield Tasks("Your account", (own,))
    if permissions.can_keep_credentials(user):
        ending = dashboard.expiring_credentials(now)
        at = reverse("review:credentials")
        rows = [_ending(row, now, at) for row in ending[:MOST]]
        yield _some("Registrations that end", rows, len(ending[MOST:]), "registration", at)
    if user.is_superuser or user.has_perm("auth.change_user"):
        at = reverse("portal_work")
        names = {job.key: job.name for job in JOBS}
        works = Work.objects.filter(job__in=names).exclude(error="")
        failed = [Task(names[row.job], row.error, at) for row in works]
        yield Tasks("The site could not do by itself", tuple(failed))


def _ending(row: Any, now: datetime, at: str) -> Task:
    is_over = row.valid_until < now.date()
    return Task(row.name, f"{'Ended on' if is_over else 'Valid until'} {_day(row.valid_until)}.", at, is_over)


def _to_review(user: Any, now: datetime, *, reviews: bool) -> Iterator[Tasks]:
    if reviews:
        waiting = dashboard.some_waiting_for(user, MOST)
        rows = [_waiting(row, now) for row in waiting]
        yield _some("Waiting for your review", rows, waiting.more, "text", _dashboard("waiting"))
    if permissions.can_release(user):
        signed = Submission.objects.filter(state=State.SIGNED)
        ready = [Task(row.title, "Signed. It becomes public when you release it.", _screen(row))
                 for row in signed[: MOST + 1]]  # fmt: skip
        more = max(signed.count() - MOST, 0) if len(ready) > MOST else 0
        yield _some("Signed, ready for release", ready[:MOST], more, "text", _dashboard("signed"))


def _waiting(row: Submission, now: datetime) -> Task:
    allowed = settings.REVIEW_WAITING_DAYS[row.change_class]
    days = (now - row.submitted_at).days
    why = f"{row.change_class.label} change, waits since {_day(row.submitted_at)}. {row.summary}".strip()
    return Task(row.title, why, _screen(row), days > allowed)


def _of_author(user: Any, now: datetime) -> Iterator[Tasks]:
    """What came back, what is begun, and, last, what others have to do with one's texts."""
    mine = dashboard.of_author(user)
    back = [Task(row.title, f"{row.get_state_display()}. Read the reasons, edit, submit again.", _screen(row))
            for row in mine if not row.is_open]  # fmt: skip
    yield _some("Came back to you", back[:MOST], len(back[MOST:]), "text", _dashboard("mine"))
    yield Tasks("Your drafts", tuple(map(_begun, begun_by(user))))
    waits = [_waiting(row, now) for row in mine if row.is_open]
    yield _some("Your texts in review: others act now", waits[:MOST], len(waits[MOST:]), "text", _dashboard("mine"))


def _begun(draft: Begun) -> Task:
    title, at = draft.page.get_admin_display_title(), reverse("wagtailadmin_pages:edit", args=[draft.page.pk])
    if not draft.problem_count:
        return Task(title, "Nothing is missing. Submit it for review: all of it is checked once more then.", at)
    things = "1 thing" if draft.problem_count == 1 else f"{draft.problem_count} things"
    return Task(title, f"{things} to do before it can be submitted. First: {draft.first_problem}", at)


def _to_look_after(user: Any, now: datetime) -> Iterator[Tasks]:
    """What grows old, and what does not fit together, in the part of the tree that is somebody's work."""
    late = dashboard.due(now, overdue=True, most=MOST, of=Q(pk__in=reach.own_pages(user).order_by().values("pk")))
    place = "review:page" if permissions.can_review(user) else "wagtailadmin_pages:edit"
    rows = [Task(one.title, f"Its review was due on {_day(one.standing.due_on)}. Read it against its sources, then "
                 "submit it again, changed or not.", reverse(place, args=[one.page_id]), is_late=True)
            for one in late]  # fmt: skip
    yield _some("Reviews that are overdue", rows, late.more, "page", _dashboard("overdue"))
    found = Work.objects.filter(job=QUARRELS).exclude(said__in=["", NO_QUARREL]).first()
    if found and (permissions.can_review(user) or reach.reaches_everything(user)):
        at = reverse("articles_report_contradictions")
        yield Tasks("Texts that contradict each other", (Task(found.said, f"Found on {_day(found.ended_at)}.", at),))


def when_nothing_waits(user: Any) -> str:
    """Return a true sentence for somebody who has nothing to do: why, and what comes next."""
    said = []
    if permissions.can_review(user):
        number = Submission.objects.filter(state=State.IN_REVIEW).count()
        others = "text is" if number == 1 else "texts are"
        reason = "you wrote, signed or declined to review"
        said.append(f"{number} {others} in review, which {reason}." if number else "No text is in review.")
    if permissions.has_a_part(user):
        released = Standing.objects.filter(state=PublicState.RELEASED).order_by("due_on")
        day = released.values_list("due_on", flat=True).first()
        said.append(f"The next review of a public page falls due on {_day(day)}." if day else "Nothing is public yet.")
    return " ".join(said)


def _some(heading: str, rows: Iterable[Task], more: int, thing: str, at: str) -> Tasks:
    """Return rows with what is late first, and how many more of a thing there are."""
    ordered = tuple(sorted(rows, key=lambda row: not row.is_late))
    words = f"{more} more {thing}{'' if more == 1 else 's'}" if more else ""
    return Tasks(heading, ordered, words, at)


def _screen(row: Submission) -> str:
    return reverse("review:screen", args=[row.pk])


def _page(page_id: int | None) -> str:
    return reverse("review:page", args=[page_id])


def _dashboard(place: str) -> str:
    return f"{reverse('review:dashboard')}#{place}"


def _day(day: Any) -> str:
    return date_format(day, "j F Y")
