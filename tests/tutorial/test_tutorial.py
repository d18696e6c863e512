"""The tutorial is true: its author, its reviewers and its reader do what its tables say, and see what it promises."""

import re

import pytest
from django.urls import reverse

from articles import models as m
from articles.enums import Disposition
from articles.models import FindingPage
from review import checklist, demo
from review.models import Submission
from tests.review.making import PASSWORD
from tests.triage.conftest import Visitor
from tests.tutorial.steps import key_of, posted, steps
from triage.models import CheckIndexPage, ProtocolPage, Story
from triage.models.story import FactState, StoryState

pytestmark = pytest.mark.django_db
# What each step makes, and below which list.
MADE = {
    "a source": (m.SourceIndexPage, m.SourcePage),
    "a sign that is an emergency": (m.FindingIndexPage, m.FindingPage),
    "a sign that can wait": (m.FindingIndexPage, m.FindingPage),
    "a caution": (m.ContraindicationIndexPage, m.ContraindicationPage),
    "a rule for now": (m.CareRuleIndexPage, m.CareRulePage),
    "a rule for some days": (m.CareRuleIndexPage, m.CareRulePage),
    "something to do": (m.TechniqueIndexPage, m.TechniquePage),
    "what always holds": (m.TechniqueIndexPage, m.TechniquePage),
    "a cause": (m.CauseIndexPage, m.CausePage),
    "a check": (CheckIndexPage, ProtocolPage),
    "a guide": (m.GuideIndexPage, m.GuidePage),
}
STORY = "a patient story, by somebody else"
FIRST = "NHS website: Shoulder pain"
SAYS = "What the person says › Finding 1"
DONE_BY_HAND = {"two others review", "look at it as a reader"}


class Tutorial:
    """The people of the tutorial, in one browser after the other."""

    def __init__(self, client):
        self.client, self.people = client, demo.make_people(password=PASSWORD)

    def writes(self, step, *, submit):
        """The author fills in a new page as the table says; return it."""
        parent, model = MADE[step.name]
        form = posted(model, step) | ({"action-submit": "1"} if submit else {})
        below = parent.objects.get().pk
        self.client.force_login(self.people.author)
        answer = self.client.post(f"/admin/pages/add/{model._meta.app_label}/{model._meta.model_name}/{below}/", form)
        assert answer.status_code == 302, (
            step.name,
            re.findall(r"problems__list.*?</ul>", answer.content.decode(), re.DOTALL),
        )
        return model.objects.get(slug=form["slug"])

    def submits(self, step, page):
        """The author opens a draft again and submits it."""
        self.client.force_login(self.people.author)
        self.client.post(f"/admin/pages/{page.pk}/edit/", posted(type(page), step) | {"action-submit": "1"})

    def tells(self, step):
        """A reviewer writes the story of the table."""
        told = step.entered
        form = {
            "code": told["Name"],
            "protocol": str(ProtocolPage.objects.get(title=told["Protocol"]).pk),
            "state": key_of(StoryState.choices, told["State"]),
            "text": told["Story"],
            "facts-TOTAL_FORMS": "1", "facts-INITIAL_FORMS": "0", "facts-MIN_NUM_FORMS": "0",
            "facts-MAX_NUM_FORMS": "1000", "facts-0-ORDER": "1", "facts-0-DELETE": "", "facts-0-id": "",
            "facts-0-finding": FindingPage.objects.get(code=told[f"{SAYS} › Finding"]).code,
            "facts-0-state": key_of(FactState.choices, told[f"{SAYS} › What the story says"]),
            "gold": key_of(Disposition.choices, told["Right level"]),
            "rationale": told["Why this level"],
        }  # fmt: skip
        self.client.force_login(self.people.reviewer)
        answer = self.client.post(reverse("patient_stories:add"), form)
        assert answer.status_code == 302, re.findall(r"error-message.{0,200}", answer.content.decode(), re.DOTALL)
        assert Story.objects.get(code=told["Name"]).people == [self.people.reviewer.pk]

    def signs(self, page):
        """Both reviewers read, answer every question and sign, on the screen that their first page leads to."""
        row = Submission.objects.open().get(page_id=page.pk)
        screen = reverse("review:screen", args=[row.pk])
        for person in self.people.reviewers[: row.signers_needed]:
            self.client.force_login(person)
            if page.title == FIRST:
                assert screen in self.client.get("/admin/").content.decode()
            seen = self.client.get(screen).content.decode()
            answers = {f"answer-{item.key}": checklist.YES for item in checklist.items_for(page)}
            hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', seen)[1] for name in ("ticket", "fingerprint")}
            form = {"decision": "sign", "password": PASSWORD, "whole_page": "on", "release": "on"}
            self.client.post(screen, form | hidden | answers)
        page.refresh_from_db()
        assert page.live, page.title


def test_the_tutorial_can_be_done_as_it_is_written(client, settings, tmp_path, on_postgresql,
                                                   django_capture_on_commit_callbacks):  # fmt: skip
    if on_postgresql:
        pytest.skip("the same on every database")
    settings.TRIAGE_ARTEFACTS = tmp_path
    people = Tutorial(client)
    check = None
    for step in steps().values():
        if step.name == STORY:
            people.tells(step)
            people.submits(*check)
            with django_capture_on_commit_callbacks(execute=True):  # the check is written to where readers get it
                people.signs(check[1])
        elif step.name not in DONE_BY_HAND:
            page = people.writes(step, submit=step.name != "a check")
            if step.name == "a check":
                check = (step, page)
            else:
                people.signs(page)

    client.logout()
    assert "A shoulder that changed shape" in client.get("/guides/why-does-my-shoulder-hurt/").content.decode()
    visitor = Visitor("check-a-sore-shoulder").begin().answer("none").answer("yes").answer("no").press("result")
    assert "ed_now" in visitor.page.result
    assert visitor.page.advice == {"M-SHOULDER-NET"}
    calm = Visitor("check-a-sore-shoulder").begin().answer("none").answer("no").answer("no").press("result")
    assert calm.page.advice == {"M-SHOULDER", "M-SHOULDER-NET"}


def test_every_step_is_done_by_somebody():
    names = {step.name for step in steps().values()}

    assert names == {*MADE, STORY, *DONE_BY_HAND}
    assert list(steps()) == list(range(1, len(names) + 1))
