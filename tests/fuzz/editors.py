"""The editors of pages, guides and checks.

An input goes to the form that the view would make of it, for the draft as it is kept; what the form takes is written
down as a revision holds it, read again, and asked for its problems. One of so many is posted to the view instead, and
saved, submitted or refused; then the page must open in the editor, drawn.
"""

import json
from random import Random
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import QueryDict
from django.urls import reverse
from wagtail.models import PageSubscription

from articles.models import GuidePage
from portal.bad_input import FAULTS, came_from, cleaned, is_of_the_form
from tests.fuzz import garbage, small
from tests.fuzz.forms import fields_of
from tests.fuzz.known import Known
from tests.fuzz.measure import Send
from tests.fuzz.short import Ways, drawn, rarely
from tests.portal.permissions.scene import EDITOR, Scene
from tests.review import making
from triage.models import ProtocolPage

# One post of so many goes through the view, and one of these is drawn.
WHOLE, DRAWN = 100, 3
# Of so many inputs one is of the whole starter text, the others of a small one with each kind of block.
STARTER = 40
Fields = dict[str, Any]


class Editor:
    """The editor of one page, as one person has it open."""

    def __init__(self, scene: Scene, page: Any, known: Known) -> None:
        self._known = known
        self._ways, self._person = Ways(scene.people[EDITOR]), scene.people[EDITOR]
        self._address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        self._honest = fields_of(self._ways.whole, page)
        saved = self._ways.whole.post(self._address, self._honest)
        assert saved.status_code == 302, "the honest form is not saved"
        self._richly = [
            name for name, value in self._honest.items() if isinstance(value, str) and value.startswith('{"blocks"')
        ]
        self._form = type(page).get_edit_handler().get_form_class()
        page.refresh_from_db()
        self._kept, self._parent = page.get_latest_revision(), page.get_parent()
        self._subscription = PageSubscription.objects.get(page=page, user=self._person)
        assert self._read(self._honest, "") == "taken", "the honest form is not read"

    def send(self, dice: Random) -> Any:
        """Send one input."""
        fields = garbage.spoiled(dice, self._honest)
        if self._richly and dice.random() < 0.3:
            fields[dice.choice(self._richly)] = garbage.rich(dice)
        way = dice.choice(["", "", "action-submit", "action-publish", "action-workflow-action"])
        said = {name: garbage.sendable(value) for name, value in ({**fields, way: "1"} if way else fields).items()}
        if self._ways.of(dice, WHOLE)[1]:
            return self._posted(said, look=dice.randrange(DRAWN) == 0)
        with self._known.at_hand():
            return self._read(said, way)

    def _posted(self, said: Fields, *, look: bool) -> Any:
        with drawn(wanted=look):
            response = self._ways.whole.post(self._address, said)
        if look:
            opened = self._ways.whole.get(self._address)
            assert opened.status_code == 200, "the page cannot be edited any more"
        return response

    def _read(self, said: Fields, way: str) -> str:
        """Read a form as the view does; what the view would answer with 400 is told apart by the site's own code."""
        draft = self._kept.as_object()
        form = self._form(
            cleaned(_posted(said)), {}, instance=draft, subscription=self._subscription, parent_page=self._parent,
            for_user=self._person,
        )  # fmt: skip
        try:
            if way not in {"action-submit", "action-publish"}:
                form.defer_required_fields()
            taken = form.is_valid()
        except Exception as error:
            nests = isinstance(error, RecursionError) and came_from(error.__traceback__, {"raw_decode"})
            if nests or (isinstance(error, FAULTS) and is_of_the_form(error.__traceback__)):
                return "unreadable"
            raise
        if not taken:
            assert form.errors.as_json() != "{}" or any(one.errors for one in form.formsets.values()), "no reason"
            return "not taken"
        self._kept_again(form.save(commit=False))
        if not way:
            # who submits is told the problems by the form itself
            assert all(str(one) for one in draft.problems()), "a problem without words"
        return "taken"

    def _kept_again(self, page: Any) -> None:
        """A draft is the same after it was kept as before, and belongs where it was."""
        content = json.loads(json.dumps(page.serializable_data(), cls=DjangoJSONEncoder))
        again = type(page).from_serializable_data(content)
        assert json.loads(json.dumps(again.serializable_data(), cls=DjangoJSONEncoder)) == content, "changed when kept"
        before = self._kept.content_object
        assert (page.pk, page.path, page.live) == (before.pk, before.path, before.live), "another page"


def _posted(said: Fields) -> QueryDict:
    """Return fields as a request holds them."""
    found = QueryDict(mutable=True)
    for name, value in said.items():
        found.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return found


def page_posts(scene: Scene) -> Send:
    """The editor of a page of rich text and of one word explained."""
    known = Known()
    ways = [Editor(scene, page, known) for page in (scene.draft, making.info(by=scene.people[EDITOR]))]
    return lambda dice: dice.choice(ways).send(dice)


def guide_posts(scene: Scene) -> Send:
    """The editor of a guide: blocks in blocks. Its care cards are proved where an input goes through the view."""
    return _mostly(scene, [small.guide()], GuidePage.objects.get(slug="calf-soreness"))


def protocol_posts(scene: Scene) -> Send:
    """The editor of a check: one that can be proved, one with each kind of block, and the starter check."""
    return _mostly(scene, [small.check(), small.check_of_each_kind()], ProtocolPage.objects.get(code="calf"))


def _mostly(scene: Scene, pages: list[Any], starter: Any) -> Send:
    known = Known()
    few, whole = [Editor(scene, page, known) for page in pages], Editor(scene, starter, known)
    return lambda dice: (whole if rarely(dice, STARTER) else dice.choice(few)).send(dice)
