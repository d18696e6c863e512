"""One round of the watch: asks, compares with the last time, and opens hits; it never decides and never edits."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from django.conf import settings

from articles.enums import SourceKind
from articles.models import SourcePage
from articles.models.watch import HitKind, LinkState, SourceLook
from articles.watch import feed, hits, reading
from articles.watch.fetch import Answer, Fetcher, NotPublicError, UnreachableError

# Each source is asked once in so long; a round that was cut off goes on where it stopped.
AGAIN = timedelta(hours=20)
# So many looks in a row before a bad address is told: sites have bad nights.
PATIENCE = {LinkState.GONE: 2, LinkState.UNREACHABLE: 4, LinkState.REFUSED: 1}
BAD = frozenset(PATIENCE)
READ_CLOSELY = frozenset({SourceKind.GUIDELINE, SourceKind.SAFETY_ALERT})
NOT_THERE = frozenset({404, 410})
Progress = Callable[[str], None]


@dataclass
class Round:
    """What a round did."""

    looked: int = 0
    answered: int = 0
    opened: int = 0
    said: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        if self.looked and not self.answered:
            silence = "No network: no site could be asked, and nothing that is known of their addresses was changed."
            return " ".join([silence, f"{self.opened} hits." if self.opened else "", *self.said]).replace("  ", " ")
        words = f"{self.looked} sources looked at, {self.opened} hits." if self.looked else "Nothing was due."
        return " ".join([words, *self.said])


@dataclass(frozen=True)
class Seen:
    """What a look at one address found."""

    state: LinkState
    detail: str = ""
    answer: Answer | None = None


def agent() -> str:
    """Return how we say who asks, and where to complain."""
    return f"GaitwayWatch/1.0 (+{settings.SITE_URL}; {settings.WATCH_CONTACT})"


def due(now: datetime) -> list[SourcePage]:
    """Return the released sources that were not looked at for a while, those that wait longest first."""
    asked = dict(SourceLook.objects.values_list("page_id", "asked_at"))
    found = [
        source
        for source in SourcePage.objects.live().order_by("pk")
        if (source.work_url or source.doi) and _is_due(asked.get(source.pk), now)
    ]
    never = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda one: asked.get(one.pk) or never)


def _is_due(asked_at: datetime | None, now: datetime) -> bool:
    return asked_at is None or not now - AGAIN < asked_at <= now


@dataclass
class Look:
    """A source, what its address answered, and the notices about it; None: not asked, or no answer."""

    source: SourcePage
    link: Seen | None
    notices: list[feed.Notice] | None

    @property
    def is_answered(self) -> bool:
        """Whether anybody out there has answered."""
        silent = (None, LinkState.UNREACHABLE, LinkState.REFUSED)
        return self.notices is not None or (self.link.state if self.link else None) not in silent


def look_around(
    *, fetcher: Fetcher, now: datetime, seconds: float | None = None, progress: Progress = lambda text: None
) -> Round:
    """Look at what is due, for about so many seconds; of what could not be asked at all nothing is kept."""
    done, begun = Round(), time.monotonic()
    sources = due(now)
    table, said = _table(fetcher, sources)
    done.said += said
    looks: list[Look] = []
    unanswered: list[str] = []
    for place, source in enumerate(sources, 1):
        if seconds is not None and time.monotonic() - begun > seconds:
            break
        link = _look(fetcher, source.work_url) if source.work_url else None
        notices, said = _notices(fetcher, source)
        unanswered += said
        looks.append(Look(source, link, notices))
        progress(f"{place} of {len(sources)}: {source.title}: {link.state.label if link else 'no address'}")
    done.looked, done.answered = len(looks), sum(look.is_answered for look in looks)
    # without a network one sentence says it all
    done.said += unanswered if done.answered else []
    for look in looks:
        if table is not None:
            own = [one for one in table if one.doi == feed.doi_of(look.source.doi)]
            look.notices = [*(look.notices or ()), *own]
        if done.answered or look.notices:
            done.opened += keep(look, online=done.answered > 0, fetcher=fetcher, now=now)
    return done


def _look(fetcher: Fetcher, address: str) -> Seen:
    try:
        answer = fetcher.get(address)
    except NotPublicError:
        return Seen(LinkState.REFUSED, "The address is not a public one of the web.")
    except UnreachableError as error:
        return Seen(LinkState.UNREACHABLE, str(error))
    if answer.status in NOT_THERE or reading.says_that_it_is_missing(answer):
        return Seen(LinkState.GONE, f"Answer {answer.status}", answer)
    if answer.status >= 400:  # noqa: PLR2004  # everything from here on is a refusal or a fault
        return Seen(LinkState.UNREACHABLE, f"Answer {answer.status}")
    if len(urlsplit(address).path) > 1 and len(urlsplit(answer.address).path) <= 1:
        return Seen(LinkState.GONE, "Leads to the first page of the site", answer)
    if answer.moved_to:
        return Seen(LinkState.MOVED, answer.moved_to, answer)
    return Seen(LinkState.WELL, "", answer)


def _notices(fetcher: Fetcher, source: SourcePage) -> tuple[list[feed.Notice] | None, list[str]]:
    """Return what Crossref says of a source; None when it was not asked or did not answer."""
    doi = feed.doi_of(source.doi)
    if not doi or not settings.WATCH_CROSSREF:
        return None, []
    address = f"{settings.WATCH_CROSSREF}/works?filter=updates:{quote(doi, safe='')}&rows=20"
    try:
        answer = fetcher.get(address)
        if answer.status != 200:  # noqa: PLR2004  # OK
            return None, [f"Crossref answered {answer.status} about {doi}."]
        return feed.crossref(answer.body, doi), []
    except (NotPublicError, UnreachableError, feed.NotAFeedError) as error:
        return None, [f"Crossref could not be asked about {doi}: {error}."]


def _table(fetcher: Fetcher, sources: Iterable[SourcePage]) -> tuple[list[feed.Notice] | None, list[str]]:
    """Return the notices in the table that the settings name: a file of ours, or an address."""
    place = settings.WATCH_FEED
    wanted = [source.doi for source in sources if source.doi]
    if not place or not wanted:
        return None, []
    count = feed.Count()
    try:
        data = fetcher.get(place).body if "://" in place else Path(place).read_bytes()
        found = list(feed.retraction_watch(data, wanted, count))
    except (OSError, NotPublicError, feed.NotAFeedError) as error:
        return None, [f"The table of retractions could not be read: {error}."]
    return found, [f"{count.left_out} lines of the table were left out."] if count.left_out else []


def keep(look: Look, *, online: bool, fetcher: Fetcher, now: datetime) -> int:
    """Keep what was seen of a source, and open what is new; return how many hits were opened.

    `online`: without a network the silence of an address says nothing about it.
    """
    source, link = look.source, look.link
    row, _ = SourceLook.objects.get_or_create(page_id=source.pk)
    if look.notices is not None:
        row.notices_at = now
    opened = sum(_of_notice(source, one, now) for one in look.notices or ())
    if online:
        row.asked_at = now
    if online and link is not None:
        if row.address != source.work_url:
            row.address, row.in_a_row, row.text_digest = source.work_url, 0, ""
            row.episode += 1
        _keep_link(row, link, now)
        opened += sum(_of_link(source, row, link, now))
        opened += _of_text(source, row, link, fetcher, now)
    row.save()
    return opened


def _of_notice(source: SourcePage, notice: feed.Notice, now: datetime) -> int:
    day = f" of {notice.day.day} {notice.day:%B %Y}" if notice.day else ""
    said = f"{notice.nature}{day}." + (f" Reason given: {notice.reason}" if notice.reason else "")
    address = f"https://doi.org/{notice.notice_doi or notice.doi}"
    key = f"notice:{source.pk}:{notice.key}"[:200]
    return _opened(hits.open_hit(kind=HitKind.NOTICE, key=key, source=source, said=said, address=address, now=now))


def _keep_link(look: SourceLook, seen: Seen, now: datetime) -> None:
    is_bad = seen.state in BAD
    if look.state in BAD and not is_bad:
        look.episode += 1
    look.in_a_row = look.in_a_row + 1 if is_bad and look.state == seen.state else int(is_bad)
    look.state, look.detail = seen.state, feed.readable(seen.detail)[:300]
    if not is_bad:
        look.answered_at = now


def _of_link(source: SourcePage, look: SourceLook, seen: Seen, now: datetime) -> Iterator[int]:
    if seen.state in BAD and look.in_a_row >= PATIENCE[seen.state]:
        key = f"link:{source.pk}:{look.episode}:{seen.state}"
        said = f"{seen.state.label}, {look.in_a_row} times in a row. {feed.readable(seen.detail)}".strip()
        yield _opened(
            hits.open_hit(kind=HitKind.LINK, key=key, source=source, said=said, address=source.work_url, now=now)
        )


def _of_text(source: SourcePage, look: SourceLook, seen: Seen, fetcher: Fetcher, now: datetime) -> int:
    """Compare what a guideline says with the last time; looked at once more, where it reads differently."""
    if source.kind not in READ_CLOSELY or seen.answer is None or seen.state in BAD:
        return 0
    digest = reading.digest_of(seen.answer)
    before, look.text_seen_at = look.text_digest, now
    if digest == before:
        return 0
    again = _look(fetcher, source.work_url) if before else seen
    look.is_restless = again.answer is None or reading.digest_of(again.answer) != digest
    if look.is_restless:
        return 0
    look.text_digest = digest
    if not before:
        return 0
    said = "The page of this guideline reads differently from the last time it was read. What is new has to be read."
    key = f"text:{source.pk}:{digest}"
    return _opened(
        hits.open_hit(kind=HitKind.TEXT, key=key, source=source, said=said, address=source.work_url, now=now)
    )


def _opened(hit: object) -> int:
    return int(hit is not None)
