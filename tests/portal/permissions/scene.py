"""What the addresses of the admin are asked about: things with a secret word each, and a person for each role.

Every secret is a word that stands nowhere else. `Scene.open_to` says who may read which; whoever else is answered
with one has seen what is not theirs.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import (
    Collection,
    GroupPagePermission,
    Page,
    Site,
    Task,
    Workflow,
)
from wagtail.models.media import UploadedFile
from wagtail.search.backends import get_search_backend

from articles.models import SourceIndexPage
from articles.models.watch import Hit, HitKind
from articles.quarantine.actions import Judgement, bring_in, decide, use
from review import demo, doors
from review.models import ChecklistItem, Concern, Hold, Release
from tests.review import making
from triage.models import Hazard, ProtocolPage, Story
from triage.models.approval import ApprovalRun

ANONYMOUS, NO_ROLE, SECTION, EDITOR, REVIEWER, KEEPER, ADMINISTRATOR, SUPERUSER = ROLES = (
    "anonymous",
    "account without a role",
    "author of another section",
    "medical editor",
    "medical reviewer",
    "keeper of credentials",
    "administrator of accounts",
    "superuser",
)
EDITORS = {EDITOR, SUPERUSER}
# Stands in every text that somebody writes: as an element it would run.
MARKUP = "<img src=x onerror=ran()>"
# Words that people search for, and the secret that stands beside each.
SECRETS: dict[str, set[str]] = {
    "draftsecret": EDITORS,
    "draftbodysecret": EDITORS,
    "submittedsecret": {*EDITORS, REVIEWER},
    "submittedbodysecret": {*EDITORS, REVIEWER},
    "newtitlesecret": EDITORS,
    "newbodysecret": EDITORS,
    "checksecret": {*EDITORS, REVIEWER},
    "storysecret": {*EDITORS, REVIEWER},
    "hazardsecret": {*EDITORS, REVIEWER},
    "rawsecret": {*EDITORS, REVIEWER},
    "documentsecret": {SUPERUSER},
    "imagesecret": {SUPERUSER},
    "collectionsecret": {ADMINISTRATOR, SUPERUSER},
    "questionsecret": {*EDITORS, SECTION, REVIEWER},  # whoever writes may read what reviewers are asked
    "concernsecret": {REVIEWER, SUPERUSER},
    "mailsecret": {ADMINISTRATOR, KEEPER, SUPERUSER},
    "registersecret": {KEEPER},
    "redirectsecret": {SUPERUSER},
    "tasksecret": {SECTION, *EDITORS},
}


@dataclass
class Scene:
    """Arguments for every address, the people, and the page that carries the secret of drafts."""

    known: dict[str, Any]
    people: dict[str, Any]
    draft: Page


def make_scene() -> Scene:
    """Write everything that is asked about; takes about two seconds."""
    demo.make_roles()
    demo.make_workflow()
    people = _people()
    editor = making.editor(username="writer")
    draft = making.term(by=editor, title=f"Quokka draftsecret {MARKUP}", definition="<p>Numbat draftbodysecret.</p>")
    making.edited(draft, medical_term=f"Quokkaitis {MARKUP}", by=editor)
    public = making.released(making.info(by=editor, title="Open page"))
    public = making.released(making.edited(public, body="<p>Who checks our words, twice.</p>", by=editor))
    making.edited(public, title=f"Quokka newtitlesecret {MARKUP}", body="<p>Numbat newbodysecret.</p>", by=editor)
    submitted = making.info(
        by=editor, title=f"Quokka submittedsecret {MARKUP}", body="<p>Numbat submittedbodysecret.</p>"
    )
    submission = making.submitted(submitted)
    known = {
        **_of_pages(draft, submitted, public),
        **_of_the_review(submission, public, people),
        **_of_checks(editor),
        **_of_raw_texts(editor, public),
        **_of_files(editor),
        **_of_the_site(people, editor),
    }
    _index(draft, submitted)
    return Scene(known, people, draft)


def _people() -> dict[str, Any]:
    section = Group.objects.create(name=f"Authors of sources {MARKUP}")
    section.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=section, page=making.section(SourceIndexPage), permission=permission)
    author = making.user("", username="section-author")
    author.groups.add(section)
    people = {
        ANONYMOUS: None,
        NO_ROLE: making.user("", username="without-a-role"),
        SECTION: author,
        EDITOR: making.editor(username="an-editor"),
        REVIEWER: making.reviewer(username="a-reviewer"),
        KEEPER: making.keeper(username="a-keeper"),
        ADMINISTRATOR: making.user(demo.ADMINISTRATORS, username="an-administrator"),
        SUPERUSER: making.superuser(),
    }
    for person in filter(None, people.values()):
        person.first_name, person.last_name = MARKUP, f"Person {MARKUP}"
        person.save()
    return people


def _of_pages(draft: Page, submitted: Page, public: Page) -> dict[str, Any]:
    """Arguments of Wagtail's own pages of a page: the draft, unless they are about a workflow."""
    state = submitted.current_workflow_state
    task = submitted.current_workflow_task_state
    revisions = list(draft.revisions.order_by("pk"))
    known: dict[str, Any] = dict.fromkeys(("page_id", "page_to_move_id", "pk"), draft.pk)
    known |= {
        "parent_page_id": draft.get_parent().pk,
        "wagtailadmin_choose_page_child parent_page_id": draft.get_parent().pk,
        "destination_id": public.get_parent().pk,
        "revision_id": revisions[0].pk,
        "revision_id_a": revisions[0].pk,
        "revision_id_b": revisions[-1].pk,
        "content_type_app_name": "articles",
        "content_type_model_name": "termpage",
        "app_label": "articles",
        "model_name": "termpage",
        "wagtail_bulk_action app_label": "wagtailcore",
        "wagtail_bulk_action model_name": "page",
        "action": "move",
        "action_name": "approve",
        "wagtailadmin_api:pages:action action_name": "convert_alias",
        "workflow_state_id": state.pk if state else 0,
        "task_state_id": task.pk if task else 0,
        "task_id": task.task_id if task else 0,
        "page_view_restriction_id": 1,
        "restriction_id": 1,
        "object_id": draft.pk,
        "session_id": 1,
    }
    for name in (
        "workflow_action",
        "collect_workflow_action_data",
        "confirm_workflow_cancellation",
        "workflow_preview",
        "workflow_history_detail",
    ):
        known[f"wagtailadmin_pages:{name} page_id"] = submitted.pk
    for name in ("app_label", "model_name"):
        known[f"wagtailadmin_editing_sessions:ping {name}"] = {"app_label": "wagtailcore", "model_name": "page"}[name]
    return known


def _of_the_review(submission: Any, public: Page, people: dict[str, Any]) -> dict[str, Any]:
    now = timezone.now()
    concern = Concern.objects.create(
        page_id=public.pk, page_title="Open page", text=f"Quokka concernsecret {MARKUP}", raised_at=now, due_at=now
    )
    hold = Hold.objects.create(page_id=public.pk, block="not-a-block", reason=f"A look at it. {MARKUP}", held_at=now)
    holder = making.user("", username="not-yet-a-reviewer")
    credential = making.record_credential(
        holder=holder, by=people[KEEPER], now=making.NOW,
        name=f"Dr registersecret {MARKUP}", profession=f"Physiotherapist {MARKUP}",
        body="Register of the tests", number="T-registersecret", valid_until=date(2040, 1, 1),
    )  # fmt: skip
    item = ChecklistItem.objects.create(
        key="a-question", topic=f"Quokka {MARKUP}", question=f"Is it questionsecret? {MARKUP}"
    )
    on_pages = ("page", "withdraw", "confirm", "roll-back", "going-back", "hold")
    return {
        "review pk": submission.pk,
        **{f"review:{name} pk": public.pk for name in on_pages},
        "review:submit page_id": submission.page_id,
        "review:lift pk": hold.pk,
        "review:close-concern pk": concern.pk,
        "review:credential pk": credential.pk,
        "review:credential-revoke pk": credential.pk,
        "review:table name": "waiting",
        "which": "proposed",
        "number": Release.objects.filter(page_id=public.pk).order_by("number").values_list("number", flat=True)[0],
        "review_public pk": public.pk,
        "api pk": public.pk,
        "mark": "0",
        "page-picture pk": public.pk,
        "rest": "no/such/address",
        "review_public:media name": "none.png",
        "review_checklist pk": item.pk,
        "triage_admin:story number": 1,
    }


def _of_checks(editor: Any) -> dict[str, Any]:
    protocol = ProtocolPage.objects.get(code="calf")
    draft = protocol.get_latest_revision_as_object()
    draft.intro = "<p>Numbat checksecret.</p>"
    draft.save_revision(user=editor)
    story = Story.objects.create(
        protocol=protocol, state="active", code="quokka-storysecret", text=f"A storysecret. {MARKUP}", gold="same_day"
    )
    with doors.open_for():
        run = ApprovalRun.objects.create(
            page_id=protocol.pk, protocol="calf", fingerprint="0" * 64, source_hash="0" * 64, name="proofs",
            status="failed", sentence=f"A run. {MARKUP}", details={"failures": [{"people": []}]}, code_version="0",
            seconds=1, ran_at=timezone.now(),
        )  # fmt: skip
    hazard = Hazard.objects.create(
        code="H999", title=f"Quokka hazardsecret {MARKUP}", cause=MARKUP, effect=MARKUP,
        severity=3, likelihood=3, severity_left=1,
        likelihood_left=1,
    )  # fmt: skip
    return {
        "triage_admin page_id": protocol.pk,
        "triage_admin:close-hazard hazard_id": hazard.pk,
        "story_id": story.pk,
        "triage_admin:reading code": "no-such-story",
        "triage_admin:reading-result code": "no-such-story",
        "run": run.pk,
        "hazards pk": hazard.pk,
        "patient_stories pk": story.pk,
        "slug": protocol.slug,
        "release": "R4",
        "triage:fhir name": "Questionnaire",
    }


def _of_raw_texts(editor: Any, public: Page) -> dict[str, Any]:
    raw = bring_in(
        body=f"A numbat said rawsecret {MARKUP} twice.".encode(), file_name=f"{MARKUP}.txt", title=f"Quokka {MARKUP}",
        language_path=MARKUP, by=editor, now=timezone.now(),
    )  # fmt: skip
    claim = raw.claims.get()
    told = Judgement(ruling="contested", reason=f"So it is. {MARKUP}", probably_meant=MARKUP, confidence="guess")
    decide(claims=[claim.pk], judgement=told, by=editor, now=timezone.now())
    use(claims=[claim.pk], page=public, by=editor, now=timezone.now())
    return {"quarantine raw_id": raw.pk, "quarantine claim_id": claim.pk, "quarantine page_id": public.pk}


def _of_files(editor: Any) -> dict[str, Any]:
    """A document and a picture in a collection that nobody was given."""
    private = Collection.get_first_root_node().add_child(name=f"Quokka collectionsecret {MARKUP}")
    document = get_document_model().objects.create(
        title=f"Quokka documentsecret {MARKUP}", file=ContentFile(b"numbat", name="quokka.txt"), collection=private
    )
    picture = get_image_model().objects.create(
        title=f"Quokka imagesecret {MARKUP}",
        description=MARKUP,
        file=get_test_image_file(filename="quokka.png"),
        collection=private,
    )
    _search(document, picture)
    waiting = {
        kind: UploadedFile.objects.create(
            for_content_type=ContentType.objects.get_for_model(model()), uploaded_by_user=editor, file="none"
        ).pk
        for kind, model in (("docs", get_document_model), ("images", get_image_model))
    }
    return {
        "wagtailadmin_api:documents pk": document.pk,
        "wagtailadmin_api:images pk": picture.pk,
        "document_id": document.pk,
        "doc_id": document.pk,
        "image_id": picture.pk,
        "filter_spec": "original",
        "wagtaildocs uploaded_file_id": waiting["docs"],
        "wagtailimages uploaded_file_id": waiting["images"],
        "wagtaildocs_chooser pk": document.pk,
        "wagtailimages_chooser pk": picture.pk,
        "collection_id": private.pk,
        "wagtailadmin_collections pk": private.pk,
        "0": document.pk,
        "1": "quokka.txt",
    }


def _of_the_site(people: dict[str, Any], editor: Any) -> dict[str, Any]:
    other = making.user("", username="quokka")
    other.email = "mailsecret@example.org"
    other.save()
    workflow = Workflow.objects.get(name="Medical review")
    spare = Task.objects.create(
        name=f"Quokka tasksecret {MARKUP}", content_type=ContentType.objects.get_for_model(Task)
    )
    hit = Hit(key="quokka", kind=HitKind.LINK, at=timezone.now(), source_id=0, source_title="Quokka", said="Gone.")
    with doors.open_for():
        hit.save()
    tag = {"app_name": "taggit", "wagtailadmin_tag_model_autocomplete model_name": "tag"}
    return {
        "wagtailadmin_workflows pk": workflow.pk,
        "wagtailadmin_workflows:edit_task pk": spare.pk,
        "wagtailadmin_workflows:disable_task pk": spare.pk,
        "wagtailadmin_workflows:enable_task pk": spare.pk,
        "wagtailadmin_workflows task_id": spare.pk,
        "wagtailadmin_workflows:add_task app_label": "review",
        "wagtailadmin_workflows:add_task model_name": "reviewtask",
        "hit_id": hit.pk,
        "page_pk": Page.get_first_root_node().pk,
        "workflow_pk": workflow.pk,
        "redirect_id": Redirect.objects.create(old_path="/redirectsecret", redirect_link="/about/").pk,
        "wagtailsettings app_name": "portal",
        "wagtailsettings model_name": "settings",
        "wagtailusers_users pk": other.pk,
        "wagtailusers_groups pk": Group.objects.get(name=f"Authors of sources {MARKUP}").pk,
        "portal_figure name": "due",
        "portal_figure kind": "csv",
        "wagtailsites pk": Site.objects.get().pk,
        "uidb64": "MQ",
        "token": "none",
        **tag,
    }


def _index(*pages: Page) -> None:
    _search(*(page.specific for page in pages))


def _search(*rows: Any) -> None:
    """Put rows into the index of the admin's search, which does not follow by itself in tests."""
    backend = get_search_backend()
    for row in rows:
        backend.add(row)
