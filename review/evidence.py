"""Whether what was signed holds: for one page, its text and everything that it shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from wagtail.models import Page

from review import batch, history, queries, uses
from review.doors import RefusedError
from review.enums import ChangeClass, PublicState, UseKind
from review.models.evidence import SignOff
from review.models.people import Credential
from review.models.submission import Standing

TWO = 2
NOTHING: Mapping[int, str] = {}


@dataclass
class Case:
    """What is to be released: a page as it would be, and the signatures under it."""

    page: Page
    fingerprint: str
    content_hash: str
    sign_offs: list[SignOff]
    marks: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def change_class(self) -> ChangeClass:
        """The gravest class that a signer has seen."""
        return max((ChangeClass(s.change_class) for s in self.sign_offs), key=lambda c: c.weight)

    @property
    def touched(self) -> frozenset[int]:
        """The pages that every signer has seen with this change."""
        return frozenset.intersection(*(frozenset(s.touched) for s in self.sign_offs))


def check(case: Case, *, today: date, together: Mapping[int, str] = NOTHING) -> None:
    """Raise unless a release of this case is covered by its signatures.

    `together`: fingerprints of pages that are released in the same moment.
    """
    _check_signatures(case, today)
    _check_what_it_shows(case, together)
    _check_who_shows_it(case, together)
    _check_nothing_moved(case, together)


def check_again(case: Case, *, today: date) -> None:
    """Raise unless the signatures under an earlier text still cover it, and its files are those that were signed.

    Whether the pages around it are, the ledger says (`review.history`).
    """
    _check_signatures(case, today)
    for name, mark in _manifest(case, uses.shown_by(case.page)):
        if name.partition(":")[0] != UseKind.PAGE:
            _check_file(case, name, mark)


def check_milder(case: Case, groups: Sequence[str]) -> None:
    """Raise unless two people have signed, each with a written reason, that some people are told something milder."""
    if not groups:
        return
    people = {row.reviewer_id for row in case.sign_offs}
    if len(people) < TWO or not all(row.why_milder for row in case.sign_offs):
        raise RefusedError(
            f"“{case.page.title}” tells some people something milder: {groups[0]} That needs two signatures, each with"
            " a written reason; take it out of review and submit it again."
        )


def _check_signatures(case: Case, today: date) -> None:
    signed = case.sign_offs
    if not signed:
        raise RefusedError(f"“{case.page.title}” is not signed.")
    for row in signed:
        if row.hash != row.computed_hash():
            raise RefusedError("A signature under this text has been tampered with.")
        if (row.page_id, row.fingerprint, row.content_hash) != (case.page.pk, case.fingerprint, case.content_hash):
            raise RefusedError(f"“{case.page.title}” is not the text that was signed.")
        if row.url_path != case.page.url_path:
            raise RefusedError(f"“{case.page.title}” was signed for another address.")
        if row.valid_until < today:
            raise RefusedError(f"The signature of {row.reviewer['name']} is out of date; the text needs a new review.")
    people = {row.reviewer_id for row in signed}
    if len(people) < case.page.signers_needed(case.change_class):
        raise RefusedError(f"“{case.page.title}” needs one more signature: a change of class {case.change_class}.")
    _check_signers(signed, people)


def _check_signers(signed: list[SignOff], people: set[int]) -> None:
    if any(set(row.contributors) & people for row in signed):
        raise RefusedError("A signature under this text is a contributor's own.")
    used = frozenset(row.reviewer["credential_id"] for row in signed)
    revoked = Credential.objects.filter(pk__in=used).exclude(revoked_at=None)
    if batch.once(("revoked", used), revoked.exists):
        raise RefusedError("The credential of a signer was revoked after the signature.")


def _check_what_it_shows(case: Case, together: Mapping[int, str]) -> None:
    """Raise when something that the page shows is not what the signers saw, and was not reviewed with this page."""
    used = uses.shown_by(case.page)
    standing = queries.standings(uses.pages_of(used) - {pk for pk, mark in together.items() if mark})
    for name, mark in _manifest(case, used):
        kind, _, key = name.partition(":")
        if kind == UseKind.PAGE:
            _check_page(case, int(key), mark, standing, together)
        else:
            _check_file(case, name, mark)


def _manifest(case: Case, used: set[uses.Used]) -> Iterator[tuple[str, str]]:
    """Yield what each signer saw on the page with its mark; raise when the page shows anything else: `used`."""
    case.marks = {f"{kind}:{key}": "" for kind, key in used}
    case.files = {f"{kind}:{key}": mark for (kind, key), mark in uses.file_marks(case.page, used).items()}
    for row in case.sign_offs:
        if row.manifest.keys() != case.marks.keys():
            raise RefusedError(f"“{case.page.title}” shows other things than those that were signed with it.")
        for name, mark in row.manifest.items():
            yield name, mark
            case.marks[name] = mark


def _check_file(case: Case, name: str, mark: str) -> None:
    if case.files[name] != mark or not mark:
        raise RefusedError(f"A file on “{case.page.title}” is not the one that was signed: {name}.")


def _check_page(case: Case, pk: int, mark: str, standing: Mapping[int, Standing], together: Mapping[int, str]) -> None:
    if together.get(pk) == mark and mark:
        return
    row = standing.get(pk)
    if pk in together or row is None or row.state != PublicState.RELEASED:
        title = Page.objects.filter(pk=pk).values_list("title", flat=True).first() or f"page {pk}"
        raise RefusedError(f"“{case.page.title}” shows “{title}”, which is not released in the text that was signed.")
    if row.fingerprint != mark:
        raise RefusedError(
            f"“{case.page.title}” shows page {pk}, which has changed since it was signed; review it again."
        )


def _check_who_shows_it(case: Case, together: Mapping[int, str]) -> None:
    """Raise when a released page shows this one and no signer has seen it there."""
    for user, mark in queries.users_of(case.page.pk).items():
        if mark != case.fingerprint and user not in case.touched and user not in together:
            raise RefusedError(
                f"Page {user} shows “{case.page.title}” since it was signed; review the change again, with that page."
            )


def _check_nothing_moved(case: Case, together: Mapping[int, str]) -> None:
    """Raise when anything deep inside this page, or around it, is another text than when its signers looked.

    Otherwise two changes, each signed beside the old text of the other, would make a page that nobody has seen.
    """
    shown = uses.pages_of((UseKind(n.partition(":")[0]), n.partition(":")[2]) for n in case.marks)
    around = history.inside(shown) if shown - together.keys() else set()
    standing = queries.standing_of(case.page.pk)
    if standing is not None and standing.fingerprint != case.fingerprint:
        around |= set(queries.touched_by(case.page.pk))
    seen = min(row.signed_at for row in case.sign_offs)
    for pk in history.changed_since(around - together.keys() - {case.page.pk}, seen):
        title = Page.objects.filter(pk=pk).values_list("title", flat=True).first() or f"page {pk}"
        raise RefusedError(
            f"“{title}” has changed since “{case.page.title}” was signed, and readers see both on one page; review it"
            " again."
        )


def uses_of(case: Case) -> list[tuple[UseKind, str, str]]:
    """Return what a checked case shows, with the marks it was signed with."""
    return [(UseKind(name.partition(":")[0]), name.partition(":")[2], mark) for name, mark in case.marks.items()]
