"""The gate: no governed text is live, or changes while it is live, without signatures that cover it.

Receivers see every save of an object, whoever asks; what they cannot see the database's triggers refuse
(`review.triggers`). Both look at one thing: what `Standing` says holds for the page.
"""

from typing import Any

from django.conf import settings
from django.db.models import ProtectedError, signals
from wagtail.contrib.redirects.models import Redirect
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import CollectionViewRestriction, Page, PageViewRestriction, Revision, Site

from review import as_signed, doors, queries, uses
from review.doors import RefusedError, UsedError
from review.enums import OPEN, PublicState
from review.fingerprint import content_hash, governed_names
from review.models.evidence import ChainHead, Evidence, SignOff
from review.models.page import ReviewedPage
from review.models.people import Credential
from review.models.submission import Guarded, Standing, Submission

# Fields of Wagtail that decide whether readers see a page, and which text.
PUBLIC = frozenset({"live", "live_revision", "alias_of", "expired", "go_live_at", "expire_at", "url_path"})


def is_evidence(revision_id: int) -> bool:
    """Return whether somebody has signed a revision: then its text never changes again."""
    return SignOff.objects.filter(revision_id=revision_id).exists()


def is_released(page_id: int, revision_id: int) -> bool:
    """Return whether a revision is what holds for a page now."""
    rows = Standing.objects.filter(pk=page_id, state=PublicState.RELEASED, revision_id=revision_id)
    return rows.exists()


def before_page_save(sender: type, instance: Any, raw: bool = False, update_fields: Any = None, **kwargs: Any) -> None:
    """Refuse to make a page public, or to change a public one, unless its release says so."""
    if not isinstance(instance, Page) or instance.depth == 1:
        return
    if not matters(instance, update_fields):
        return
    if instance.alias_of_id:
        raise RefusedError("An alias would show a text under an address that nobody signed.")
    check_language(instance)
    check_address(instance)
    was_live = bool(instance.pk) and Page.objects.filter(pk=instance.pk, live=True).exists()
    if not instance.live:
        if was_live and not doors.is_open(instance.pk):
            raise RefusedError("A public page is withdrawn with a reason, on its review page.")
        return
    check_live(specific(instance))


def matters(page: Page, update_fields: Any) -> bool:
    """Return whether a save can change what readers see."""
    return update_fields is None or not (PUBLIC | governed_names(type(page))).isdisjoint(update_fields)


def specific(page: Page) -> Page:
    """Return the page as it would be shown: a base page laid over its specific row."""
    if isinstance(page, ReviewedPage):
        return page
    full = page.specific_class.objects.filter(pk=page.pk).first() if page.pk and page.specific_class else None
    if not isinstance(full, ReviewedPage):
        raise RefusedError("Only pages of a reviewed type can be public.")
    for field in Page._meta.concrete_fields:
        setattr(full, field.attname, getattr(page, field.attname))
    return full


def check_live(page: Page) -> None:
    """Raise unless a release holds for exactly this text."""
    standing = Standing.objects.filter(pk=page.pk, state=PublicState.RELEASED).first() if page.pk else None
    if standing is None:
        raise RefusedError(f"“{page.title}” is not released: reviewers have to sign it first.")
    if page.go_live_at or page.expire_at:
        raise RefusedError("A public page has no dates: releases are scheduled on the review screen.")
    if page.live_revision_id != standing.revision_id or not as_signed.holds(page, standing.fingerprint):
        raise RefusedError(f"“{page.title}” is not the text that was signed.")
    signed = list(SignOff.objects.filter(hash__in=standing.sign_offs, page_id=page.pk))
    if len(signed) != len(standing.sign_offs) or not signed:
        raise RefusedError(f"The signatures under “{page.title}” are missing.")
    if any(row.fingerprint != standing.fingerprint or row.hash != row.computed_hash() for row in signed):
        raise RefusedError(f"The signatures under “{page.title}” stand for another text.")


def check_language(page: Page) -> None:
    """Raise when a new page is in another language: a copy of a page would be a second text with rules of its own."""
    if not page._state.adding or getattr(page.specific_class, "in_any_language", False):
        return
    if page.locale.language_code != get_supported_content_language_variant(settings.LANGUAGE_CODE):
        raise RefusedError("A page in another language is a translation, which takes its rules from its source.")


def check_address(page: Page) -> None:
    """Raise when a save would move public pages, this one or those below it, to another address."""
    if doors.is_open() or not page.pk:
        return
    old = Page.objects.filter(pk=page.pk).values_list("url_path", flat=True).first()
    if old not in {None, page.url_path} and Page.objects.filter(path__startswith=page.path, live=True).exists():
        raise RefusedError("A public page keeps its address; withdraw it first.")


def before_revision_save(sender: type, instance: Revision, raw: bool = False, **kwargs: Any) -> None:
    """Refuse to write over what was signed, to change a text in review, and to schedule what was not signed."""
    if (instance.pk and not instance._state.adding) or raw:
        signed = SignOff.objects.filter(revision_id=instance.pk).values_list("content_hash", flat=True).first()
        if signed is not None and content_hash(instance.content) != signed:
            raise RefusedError("This text was signed; a change starts a new draft.")
    if instance.approved_go_live_at and not doors.is_open() and _schedule_is_new(instance):
        raise RefusedError("Only a signed text can be scheduled, on the review screen.")
    if doors.is_open() or instance.content_object is None or not isinstance(instance.content_object, Page):
        return
    held = (
        Submission.objects.filter(page_id=int(instance.object_id), state__in=OPEN)
        .values_list("content_hash", "revision_id")
        .first()
    )
    if held and (instance.pk != held[1] or content_hash(instance.content) != held[0]):
        raise RefusedError("This page is in review; take it out of review before you change it.")


def _schedule_is_new(revision: Revision) -> bool:
    old = Revision.objects.filter(pk=revision.pk).values_list("approved_go_live_at", flat=True).first()
    return old != revision.approved_go_live_at


def before_revision_delete(sender: type, instance: Revision, origin: Any = None, **kwargs: Any) -> None:
    """Keep signed revisions: they are what a rollback publishes."""
    alone = origin is instance or getattr(origin, "model", None) is Revision
    if alone and is_evidence(instance.pk):
        raise ProtectedError("A signed revision is kept.", {instance})


def before_page_delete(sender: type, instance: Page, **kwargs: Any) -> None:
    """Refuse to delete a public page, or one that a public page shows."""
    if not isinstance(instance, Page):
        return
    if Page.objects.filter(pk=instance.pk, live=True, depth__gt=1).exists() and _is_governed(instance):
        raise UsedError(f"“{instance.title}” is public; withdraw it first, with a reason.")
    _refuse_if_used(queries.users_of(instance.pk), instance.title)


def _is_governed(page: Page) -> bool:
    return page.specific_class is not None and issubclass(page.specific_class, ReviewedPage)


def _refuse_if_used(page_ids: Any, title: str) -> None:
    titles = Page.objects.filter(pk__in=list(page_ids)).values_list("title", flat=True)
    if titles:
        raise UsedError(f"“{title}” is shown by public pages: {', '.join(sorted(titles))}.")


def before_file_save(sender: Any, instance: Any, update_fields: Any = None, **kwargs: Any) -> None:
    """Refuse to change an image or document that a public page shows."""
    kind = uses.kind_of(sender)
    if kind not in uses.FILE_FIELDS or not instance.pk:
        return
    users = queries.users_of_file(kind, str(instance.pk))
    if not users:
        return
    old = sender._default_manager.filter(pk=instance.pk).first()
    changed = old and any(str(getattr(old, n)) != str(getattr(instance, n)) for n in uses.FILE_FIELDS[kind])
    if changed or not instance.file._committed:  # noqa: SLF001  # the one sign of a file that is new
        _refuse_if_used(users, instance.title)


def before_file_delete(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse to delete an image or document that a public page shows."""
    kind = uses.kind_of(sender)
    if kind in uses.FILE_FIELDS:
        _refuse_if_used(queries.users_of_file(kind, str(instance.pk)), instance.title)


def before_evidence_save(sender: type, instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Refuse evidence that comes from a file: `loaddata` calls no save()."""
    if isinstance(instance, Evidence | Guarded | Credential | ChainHead) and not doors.is_open():
        raise RefusedError("Evidence of reviews is written by the review alone.")


def before_evidence_delete(sender: type, instance: Any, **kwargs: Any) -> None:
    """Refuse to remove evidence."""
    if isinstance(instance, Evidence | Credential) or (
        isinstance(instance, Guarded | ChainHead) and not doors.is_open()
    ):
        raise RefusedError("Evidence of reviews is never removed.")


def before_redirect_save(sender: type, instance: Redirect, **kwargs: Any) -> None:
    """Let an old address lead to a page of this site only, never to a text that nobody here has signed."""
    if instance.redirect_link and not doors.leads_inside(instance.redirect_link):
        raise RefusedError("A redirect leads to a page of this site.")


def before_site_save(sender: type, instance: Site, **kwargs: Any) -> None:
    """Let a site show reviewed pages only."""
    model = instance.root_page.specific_class if instance.root_page_id else None
    if instance.pk and model is not None and not issubclass(model, ReviewedPage) and instance.root_page.depth > 1:
        raise RefusedError("The root of a site is a page of a reviewed type.")
    if doors.is_open() or not _anything_is_public():
        return
    old = Site.objects.filter(pk=instance.pk).first() if instance.pk else None
    if old is None:
        raise RefusedError("A second site would take the addresses of public pages.")
    if old.is_default_site and not instance.is_default_site:
        raise RefusedError("The addresses of public pages stay: this site goes on answering.")


def before_site_delete(sender: type, instance: Site, **kwargs: Any) -> None:
    """Keep the site on which public pages are found."""
    if not doors.is_open() and _anything_is_public():
        raise RefusedError("The addresses of public pages stay; withdraw the pages, each with a reason.")


def _anything_is_public() -> bool:
    return Standing.objects.filter(state=PublicState.RELEASED).exists()


def before_restriction_save(sender: type, instance: PageViewRestriction, **kwargs: Any) -> None:
    """Keep released text open to everybody, and drafts closed without a password to share."""
    if isinstance(instance.page.specific, ReviewedPage):
        raise RefusedError("A released page is for everybody; withdraw it to take it off the site.")


def before_collection_restriction_save(sender: type, instance: Any, **kwargs: Any) -> None:
    """Keep the files of released pages open to everybody; others are served to nobody anyway."""
    raise RefusedError("Files are open to everybody exactly while a released page shows them.")


def close() -> None:
    """Connect the receivers: from now on the gate is closed to everything that is not signed."""
    pairs: list[tuple[Any, Any, Any]] = [
        (signals.pre_save, before_page_save, None),
        (signals.pre_save, before_evidence_save, None),
        (signals.pre_delete, before_evidence_delete, None),
        (signals.pre_delete, before_page_delete, None),
        (signals.pre_save, before_revision_save, Revision),
        (signals.pre_delete, before_revision_delete, Revision),
        (signals.pre_save, before_redirect_save, Redirect),
        (signals.pre_save, before_site_save, Site),
        (signals.pre_delete, before_site_delete, Site),
        (signals.pre_save, before_collection_restriction_save, CollectionViewRestriction),
        (signals.pre_save, before_restriction_save, PageViewRestriction),
    ]
    for model in (get_image_model(), get_document_model()):
        pairs += [(signals.pre_save, before_file_save, model), (signals.pre_delete, before_file_delete, model)]
    for signal, receiver, sender in pairs:
        uid = f"review.{receiver.__name__}.{sender.__name__ if sender else ''}"
        signal.connect(receiver, sender=sender, dispatch_uid=uid)
