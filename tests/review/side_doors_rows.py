"""Ways past a review that change rows: raw SQL, the evidence, who wrote what, who may do what."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupPagePermission,
    Locale,
    Page,
    PageLogEntry,
    PageViewRestriction,
    Revision,
    Site,
)

from articles.models import BodySitePage, CausePage, InfoPage, TermPage
from review import actions
from review.enums import State
from review.models import Credential, Release, SignOff, Standing, Submission, Use
from review.models.evidence import ChainHead
from tests.review.making import NOW, PASSWORD, all_yes, reviewer
from tests.review.side_doors_code import SECRET, Scene
from triage.models import ApprovalRun


def update_body(s: Scene) -> None:
    InfoPage.objects.filter(pk=s.page.pk).update(body=SECRET)


def update_title(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(title="Another title", draft_title="Another title")


def update_live(s: Scene) -> None:
    Page.objects.filter(pk=s.draft.pk).update(live=True)


def forget_live_revision(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(live_revision=None)


def update_away(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(live=False)


def update_address(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(url_path="/elsewhere/")


def update_depth(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(depth=7)


def change_it_as_a_root(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(depth=1, title="Another title", live=False)


def publish_it_as_a_root(s: Scene) -> None:
    Page.objects.filter(pk=s.draft.pk).update(depth=1, live=True)
    Page.objects.filter(pk=s.draft.pk).update(depth=s.draft.depth)


def delete_sites(s: Scene) -> None:
    Site.objects.all()._raw_delete("default")


def switch_off_site(s: Scene) -> None:
    Site.objects.update(is_default_site=False, hostname="elsewhere.example")


def hide_documents_in_bulk(s: Scene) -> None:
    row = CollectionViewRestriction(collection=Collection.get_first_root_node(), restriction_type="login")
    CollectionViewRestriction.objects.bulk_create([row])


def bulk_update(s: Scene) -> None:
    s.page.body = SECRET
    InfoPage.objects.bulk_update([s.page], ["body"])


def raw_sql(s: Scene) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_infopage SET body = %s WHERE page_ptr_id = %s", [SECRET, s.page.pk])


def raw_sql_delete(s: Scene) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_infopage WHERE page_ptr_id = %s", [s.page.pk])


def overwrite_signed_revision(s: Scene) -> None:
    revision = s.page.live_revision
    revision.content["body"] = SECRET
    revision.save()
    revision.publish(skip_permission_checks=True)


def overwrite_signed_revision_by_update(s: Scene) -> None:
    revision = s.page.live_revision
    Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"body": SECRET})
    Revision.objects.get(pk=revision.pk).publish(skip_permission_checks=True)


def autosave_over_signed_revision(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    s.draft.body = SECRET
    s.draft.save_revision(user=s.draft.owner, overwrite_revision=Revision.objects.get(pk=row.revision_id))


def forge_sign_off(s: Scene) -> None:
    old = SignOff.objects.filter(page_id=s.page.pk).first()
    SignOff.objects.create(**{f.name: getattr(old, f.name) for f in SignOff._meta.fields if f.name != "id"})


def forge_sign_off_in_bulk(s: Scene) -> None:
    old = SignOff.objects.filter(page_id=s.page.pk).first()
    old.pk, old.number, old.hash = None, 999, "f" * 64
    SignOff.objects.bulk_create([old])


def change_sign_off(s: Scene) -> None:
    SignOff.objects.update(fingerprint="0" * 64)


def change_release(s: Scene) -> None:
    Release._base_manager.all().update(summary="Nothing happened")


def forge_standing(s: Scene) -> None:
    standing = Standing.objects.get(pk=s.page.pk)
    standing.pk, standing.page_id = s.draft.pk, s.draft.pk
    standing.save(force_insert=True)


def forget_uses(s: Scene) -> None:
    Use.objects.all().delete()


def delete_evidence(s: Scene) -> None:
    SignOff.objects.all().delete()


def self_made_reviewer(s: Scene) -> None:
    person = s.user or s.draft.owner
    Credential.objects.create(
        holder=person, name="Me", profession="Doctor", body="None", number="0", valid_until=date(2030, 1, 1),
        verified_by=s.page.owner, verified_at=NOW,
    )  # fmt: skip


def tamper_with_submission(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    Submission.objects.filter(pk=row.pk).update(state=State.SIGNED, signers_needed=0)
    actions.release(submission=row, by=s.user, now=NOW)


def signature_of_another_page(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    other = Submission.objects.filter(page_id=s.page.pk).first()
    Submission.objects.filter(pk=other.pk).update(
        state=State.SIGNED, page_id=row.page_id, revision_id=row.revision_id, content_hash=row.content_hash
    )
    actions.release(submission=other, by=s.user, now=NOW)


def sign_own_work(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    actions.sign_off(submission=row, by=s.draft.owner, now=NOW, answers={})


def rename_author(s: Scene) -> None:
    credential = Credential.objects.exclude(holder=None).first()
    credential.name = "Somebody famous"
    credential.save()


def change_password_of_reviewer(s: Scene) -> None:
    holder = Credential.objects.first().holder
    holder.first_name = "Somebody famous"
    holder.set_password(PASSWORD)
    holder.save()


def change_type(s: Scene) -> None:
    other = ContentType.objects.get_for_model(TermPage)
    Page.objects.filter(pk=s.page.pk).update(content_type=other)


def change_language(s: Scene) -> None:
    french = Locale.objects.create(language_code="fr")
    Page.objects.filter(pk=s.page.pk).update(locale=french)


def change_dates(s: Scene) -> None:
    Page.objects.filter(pk=s.page.pk).update(last_published_at=timezone.now())


def empty_a_table(s: Scene) -> None:
    _empty(InfoPage)


def empty_the_pages(s: Scene) -> None:
    _empty(Page)


def empty_the_evidence(s: Scene) -> None:
    _empty(SignOff)


def _empty(model: Any) -> None:
    word = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    end = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{word} {model._meta.db_table}{end}")


def add_a_member(s: Scene) -> None:
    cause = CausePage.objects.live().filter(sites__isnull=False).first()
    through = CausePage.sites.through
    other = BodySitePage.objects.exclude(pk__in=cause.sites.values("pk")).first()
    through.objects.create(causepage_id=cause.pk, bodysitepage_id=other.pk)


def remove_members(s: Scene) -> None:
    CausePage.sites.through.objects.all().delete()


def edit_revision_in_review(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    _sign(row, s.draft)
    revision = Revision.objects.get(pk=row.revision_id)
    Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"body": SECRET})
    actions.release(submission=row, by=reviewer(), now=NOW)


def edit_unsigned_revision_in_review(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    revision = Revision.objects.get(pk=row.revision_id)
    Revision.objects.filter(pk=revision.pk).update(content=revision.content | {"body": SECRET})
    _sign(row, s.draft)


def _sign(row: Submission, page: Any) -> None:
    for _ in range(row.signers_needed):
        actions.sign_off(submission=row, by=reviewer(), now=NOW, answers=all_yes(page))


def rewrite_who_wrote(s: Scene) -> None:
    Revision.objects.filter(object_id=str(s.draft.pk)).update(user=reviewer())


def forget_who_wrote(s: Scene) -> None:
    PageLogEntry.objects.filter(page_id=s.draft.pk).delete()


def lend_a_revision(s: Scene) -> None:
    Revision.objects.filter(pk=s.newer().pk).update(object_id=str(s.draft.pk))


def change_approval_run(s: Scene) -> None:
    ApprovalRun._base_manager.all().update(status="passed", sentence="It is proved.")


def forge_approval_run(s: Scene) -> None:
    _forged_run().save()


def forge_approval_runs_in_bulk(s: Scene) -> None:
    ApprovalRun._base_manager.bulk_create([_forged_run()])


def _forged_run() -> ApprovalRun:
    return ApprovalRun(page_id=1, protocol="calf", fingerprint="0" * 64, source_hash="0" * 64, name="proofs",
                       status="passed", sentence="It is.", code_version="0" * 64, seconds=1, ran_at=NOW)  # fmt: skip


def shorten_the_ledger(s: Scene) -> None:
    Release._base_manager.filter(pk=Release.objects.last().pk)._raw_delete("default")


def reset_the_chain(s: Scene) -> None:
    ChainHead.objects.update(number=0, hash="0" * 64)


def save_the_chain_back(s: Scene) -> None:
    head = ChainHead.objects.get(name="release")
    head.number -= 1
    head.save()


def release_again(s: Scene) -> None:
    row = Submission.objects.get(page_id=s.term.pk, revision_id=s.term.live_revision_id)
    Submission.objects.filter(pk=row.pk).update(state=State.SIGNED)
    actions.release(submission=row, by=s.user, now=NOW)


def say_something_else_in_the_ledger(s: Scene) -> None:
    row = actions.submit(page=s.draft, by=s.draft.owner, now=NOW)
    Submission.objects.filter(pk=row.pk).update(summary="Nothing changed.", signers_needed=0, contributors=[])
    actions.sign_off(submission=row, by=s.draft.owner, now=NOW, answers=all_yes(s.draft))


def roll_back_to_another_page(s: Scene) -> None:
    entry = Release.objects.filter(page_id=s.term.pk).first()
    actions.roll_back(page=s.page, release_hash=entry.hash, by=s.user, now=NOW, reason="Better")


def roll_back_to_a_forged_release(s: Scene) -> None:
    entry = Release.objects.filter(page_id=s.page.pk).first()
    entry.revision_id = s.newer().pk
    actions.roll_back_together(releases=[entry], by=s.user, now=NOW, reason="Better")


def take_a_warning_away_alone(s: Scene) -> None:
    entry = Release.objects.filter(page_id=s.term.pk).first()
    for reason in ("It frightens people", "I agree with myself"):
        actions.roll_back(page=s.term, release_hash=entry.hash, by=s.user, now=NOW, reason=reason)


def withdraw_a_warning_and_go_back_alone(s: Scene) -> None:
    actions.withdraw(page=s.term, by=s.user, now=NOW, reason="It frightens people")
    take_a_warning_away_alone(s)


def hide_in_bulk(s: Scene) -> None:
    PageViewRestriction.objects.bulk_create([PageViewRestriction(page=s.page, restriction_type="login")])


def redirect_in_bulk(s: Scene) -> None:
    Redirect.objects.bulk_create([Redirect(old_path="/cure", redirect_link="https://example.org/cure")])


def take_the_right_to_sign(s: Scene) -> None:
    person = s.user or s.draft.owner
    wanted = Permission.objects.filter(codename__in=["sign_off", "release_page", "withdraw_page", "publish_page"])
    group = Group.objects.create(name="Everything")
    group.permissions.set(wanted)
    for codename in ("publish_page", "change_page", "add_page", "bulk_delete_page", "lock_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission=permission)
    person.groups.add(group)
    person = type(person).objects.get(pk=person.pk)
    s.newer().publish(user=person)
