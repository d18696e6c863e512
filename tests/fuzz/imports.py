"""Files of protocols, stories and questionnaires: spoiled in what they say, damaged, or meant to hurt.

A file goes to what the screen hands it to. One of so many is uploaded to the screen, as part of a form.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.content.files import ContentError
from tests.fuzz import garbage, small
from tests.fuzz.known import Known
from tests.fuzz.measure import Send
from tests.fuzz.short import Ways, drawn, rarely
from tests.portal.permissions.scene import EDITOR, Scene
from triage import actions, approval, protocol_file
from triage.admin_views import FILE_LIMIT
from triage.importing import LIMIT, draft_from_questionnaire
from triage.models import ProtocolPage, Story
from triage.standards.draft import UnusableError
from triage.vignettes import actions as story_actions
from triage.vignettes import files as story_files
from triage.vignettes.forms import LIMIT as STORY_LIMIT

# One file of so many is uploaded to its screen, and one of these answers is drawn.
WHOLE, DRAWN = 50, 2
# Of so many files one is about the whole starter check, the others about a check of two questions.
STARTER = 40
REFUSED = (ContentError, story_files.StoryFileError, UnusableError)


@dataclass(frozen=True)
class Case:
    """Where a file goes, what an honest one says, what hurts, and what the screen does with it."""

    address: str
    honest: Any
    bomb: Callable[[Random], bytes]
    take_in: Callable[[bytes, str], Any]


def imports(scene: Scene) -> Send:
    """Files of protocols, stories and questionnaires."""
    ways, known, person = Ways(scene.people[EDITOR]), Known(), scene.people[EDITOR]
    whole, few = (_cases(page, person) for page in (ProtocolPage.objects.get(code="calf"), small.check()))

    def send(dice: Random) -> Any:
        case = dice.choice(whole if rarely(dice, STARTER) else few)
        body = _body(dice, case)
        name = dice.choice(["x.yaml", "x.json", "x", "a" * 240 + ".yaml", "../x.yaml"])
        client, uploaded = ways.of(dice, WHOLE)
        if uploaded:
            with drawn(wanted=rarely(dice, DRAWN)):
                return client.post(case.address, {"file": SimpleUploadedFile(name, body), "key": "knee-pain"})
        try:
            with known.at_hand():
                case.take_in(body, name)
        except REFUSED as error:
            return "refused" if str(error).strip() else "500"
        return "taken"

    return send


def _body(dice: Random, case: Case) -> bytes:
    """Return a file: half of them can be read as YAML or JSON, and say something else than they should."""
    way = dice.random()
    if way < 0.15:
        return case.bomb(dice)
    if way < 0.65:
        return json.dumps(garbage.bent(dice, case.honest), ensure_ascii=way < 0.4).encode("utf-8", "surrogatepass")
    return garbage.damaged(dice, _written(case.honest))


def _written(data: Any) -> bytes:
    return json.dumps(data, indent=1, ensure_ascii=False).encode()


def _cases(page: ProtocolPage, person: Any) -> list[Case]:
    """Return the three kinds of file that are about a check."""
    draft = page.get_latest_revision_as_object()
    question = {"linkId": "1", "text": "How?", "type": "choice", "answerOption": [{"valueCoding": {"code": "a"}}]}
    group = {"linkId": "2", "type": "group", "text": "More", "item": [question | {"linkId": "3", "type": "integer"}]}
    asked = {"resourceType": "Questionnaire", "status": "draft", "title": "T", "item": [question, group, question]}
    stories = json.loads(story_files.written(Story.objects.exclude(gold="")[:3]))
    protocols = {"calf": approval.Text(ProtocolPage.objects.get(code="calf")).protocol}

    def of_protocol(body: bytes, name: str) -> None:
        text = body[:FILE_LIMIT].decode("utf-8", errors="replace")
        actions.import_protocol(page=page, text=text, name=name, by=person)

    def of_stories(body: bytes, name: str) -> None:
        text = body[:STORY_LIMIT].decode("utf-8", errors="replace")
        items, foreign = story_files.parse(text, name, protocol=page.code)
        story_actions.take_in(stories=items, name=name, by=person, as_drafts=foreign, protocols=protocols)

    def of_questionnaire(body: bytes, name: str) -> None:
        draft_from_questionnaire(body=body[: LIMIT + 1], key="knee-pain", by=person)

    return [
        Case(
            reverse("triage_admin:file", args=[page.pk]),
            yaml.safe_load(protocol_file.written(draft)),
            yaml_bomb,
            of_protocol,
        ),
        Case(reverse("triage_admin:story-file", args=[page.pk]), stories, json_bomb, of_stories),
        Case(reverse("triage_admin:questionnaire"), asked, json_bomb, of_questionnaire),
    ]


def yaml_bomb(dice: Random) -> bytes:
    """Return YAML that grows when it is read, nests, or is of another kind than expected."""
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    return dice.choice([
        laughs, "key: calf\nquestions: &q\n  - *q\n", "[" * 5000, "{a: " * 5000, "- " * 3000,
        "key: !!python/object:os {}",
        "? {a: b}\n: c", "key: calf\nquestions: 7\n", "key: [calf]\n", "- 1\n- 2\n", "key: 2026-01-01\n", "\x00",
        "%YAML 9.9",
        "key: calf\n" * 3, "<<: {key: calf}\n", "key: calf\ntitle: !!binary aGk=\n", "key: .nan\n", "---\n---\n", "*x",
        "key: calf\nquestions:\n" + "  - {key: a}\n" * 3000,
    ]).encode()  # fmt: skip


def json_bomb(dice: Random) -> bytes:
    """Return JSON that nests, repeats or is of another kind than expected."""
    return dice.choice([
        "[" * 100_000, '{"a":' * 50_000, "[" * 500 + "]" * 500, "9" * 5000, "[" + "9" * 5000 + "]", "NaN",
        "Infinity", "null",
        "7", '"x"', "[[]]", "[null]", '[{"id": 5}]', '{"resourceType": "Questionnaire", "item": 7}', '"\\ud800"',
        '{"resourceType": "Questionnaire", "title": "\\u0000", "status": "draft", "item": [{"linkId": "\\ud800"}]}',
        '{"resourceType": "Questionnaire", "item": ' + '[{"type": "group", "item": ' * 400 + "[]" + "}]" * 400 + "}",
        '[{"id": "a", "facts": {"x": []}, "acceptable": 5, "gold": {}}]', '[{"caseData": 5}]',
        '[{"caseData": {"features": 7}}]',
    ]).encode("utf-8", "surrogatepass")  # fmt: skip
