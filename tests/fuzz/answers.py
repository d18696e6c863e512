"""What people and programs answer a check with: never a result milder than the honest answers have.

A post of a reader, forged or tampered with, and a run of a program are compared with what the engine says of the
answers that count. They go to the views; one of so many goes through every middleware as well, and what a program is
told then is held against the description of the interface.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from random import Random
from typing import Any
from unittest import mock

from django.http import HttpResponse

from portal.api import checks
from tests.fuzz import garbage
from tests.fuzz.measure import Send
from tests.fuzz.posts import encoded, forged, tampered, tokens_of
from tests.fuzz.short import Ways
from tests.openapi_client import Partner
from tests.portal.permissions.scene import ANONYMOUS, Scene
from triage import artefacts
from triage.actions import PROTOCOLS, write_artefacts
from triage.answers import FORM_TYPE
from triage.artefacts import Check
from triage.engine.artefact import content_hash
from triage.engine.protocol import Answers
from triage.engine.vignettes import answers_for, read
from triage.stories import RESULT, PageReader

WHOLE = 20
KINDS = [FORM_TYPE, FORM_TYPE, "text/plain", "multipart/form-data; boundary=x", "", "ä"]
SIGNS = ("breathless", "chest_pain", "foot_cold_or_colour_change")
# Fields that say something of their own about an emergency, or about which question was asked.
KEPT = {"q", "answer", "go", "who", "a-age", "a-pregnancy", "a-danger"}
FIRST = {"age": "from_18_to_59", "pregnancy": "none"}


@cache
def _on_disk(slug: str) -> Check:
    """Return a released check; another release of it is kept beside it, that somebody may still have open."""
    write_artefacts()
    kept = artefacts.shelf()
    found = {one.document["slug"]: dict(one.document) for one in kept.newest}
    for name, document in list(found.items()):
        body = {key: value for key, value in document.items() if key != "hash"} | {"title": "Changed meanwhile"}
        found[name] = {**body, "hash": content_hash(body)}
    artefacts.write(found, dict(kept.index))
    return artefacts.shelf().current(slug)


@cache
def _stories(slug: str) -> list[tuple[Answers, str]]:
    """Return the answers of the starter stories of a check, with the level that each leads to."""
    check = _on_disk(slug)
    stories = read(json.loads((PROTOCOLS / f"{check.key}.vignettes.json").read_text(encoding="utf-8")))
    found = [answers_for(check.machine, story.facts) for story in stories]
    return [(answers, str(check.machine.level(answers))) for answers in found]


def posts(scene: Scene) -> Send:
    """Posts of readers to the checks."""
    ways = Ways(scene.people[ANONYMOUS])

    def send(dice: Random) -> Any:
        check = _on_disk(dice.choice(["calf", "pregnancy"]))
        client, _ = ways.of(dice, WHOLE)

        def ask(body: str | bytes, kind: str = FORM_TYPE) -> HttpResponse:
            sent = body.encode() if isinstance(body, str) else body
            response = client.post(f"/check/{check.document['slug']}/", sent, content_type=kind)
            assert response.status_code in {200, 303, 400}, response.status_code
            assert not response.cookies, "a cookie"
            return response

        return dice.choice([_forged, _forged, _tampered, _tampered, _beside_a_sign, _no_form])(dice, check, ask)

    return send


Ask = Callable[..., HttpResponse]


def _result(response: HttpResponse) -> str:
    """Return the level of a page, or nothing where it gives none."""
    if not response["Content-Type"].startswith("text/html"):
        return ""
    found = (RESULT.findall(response.content.decode()) or [""])[-1]
    return "" if found == "unfinished" else found


def _forged(dice: Random, check: Check, ask: Ask) -> Any:
    """What is shown follows from the answers that the page itself carries, and never from anything else."""
    response = ask(encoded(forged(dice, list(check.machine.protocol.questions))))
    if shown := _result(response):
        fields = PageReader(response.content.decode()).fields
        carried = {name.removeprefix("a-"): said[0].split(",") for name, said in fields.items() if name[:2] == "a-"}
        honest = check.machine.result(check.machine.clean(carried))
        assert honest.finished, "a result before the end"
        assert shown == honest.disposition, f"{shown} instead of {honest.disposition}"
    return response


def _tampered(dice: Random, check: Check, ask: Ask) -> Any:
    """Answers that went missing, or were spoiled, never make a result milder."""
    answers, honest = dice.choice(_stories(check.document["slug"]))
    said = {f"a-{key}": ",".join(one) if isinstance(one, tuple) else str(one) for key, one in answers.items()}
    response = ask(tampered(dice, said, check))
    _not_milder(check, _result(response), honest)
    if response["Content-Type"].startswith("text/html"):
        for name, carried in PageReader(response.content.decode()).fields.items():
            # an answer counts whole or not at all: what is left of it may say less than was said
            left_out = set(said.get(name, "").split(",")) - set(carried[0].split(",")) if name[:2] == "a-" else set()
            assert not left_out, f"of {name} only a part counts"
    return response


def _not_milder(check: Check, shown: str, honest: str) -> None:
    ranks = check.machine.ranks
    assert not shown or ranks[shown] >= ranks[honest], f"{shown} instead of {honest}"


def _beside_a_sign(dice: Random, check: Check, ask: Ask) -> Any:
    """No other field makes an emergency milder."""
    signs = [key for key in SIGNS if key in check.machine.protocol.question["danger"].by_option]
    more = [one for one in forged(dice, list(check.machine.protocol.questions)) if one[0] not in KEPT]
    first = [(f"a-{key}", one) for key, one in FIRST.items() if key in check.machine.protocol.question]
    response = ask(encoded([*first, ("a-danger", dice.choice(signs)), *more, ("who", "me"), ("go", "result")]))
    assert _result(response) in {"emergency_now", ""}, "an emergency made milder"
    return response


def _no_form(dice: Random, check: Check, ask: Ask) -> Any:
    return ask(dice.randbytes(dice.randrange(600)), dice.choice(KINDS))


def programs(scene: Scene) -> Send:
    """The interface for programs: runs of checks, and everything that can be read, with parameters nobody means."""
    ways = Ways(scene.people[ANONYMOUS])
    _on_disk("calf")
    partner = Partner(ways.whole)
    known = {operation: (path, found) for operation, (path, _, found) in partner.operations.items()}
    pages = [scene.known["api pk"], scene.known["page_id"], 0, 10**17, 10**30]

    def send(dice: Random) -> Any:
        client, whole = ways.of(dice, WHOLE)
        with _as_often_as_wanted():
            if dice.random() < 0.6:
                name, response = "runCheck", _run(dice, client)
            else:
                name, response = _read(dice, client, known, pages)
        if whole and name:
            partner.checked(known[name][1], response)
        return response

    return send


@contextmanager
def _as_often_as_wanted() -> Iterator[None]:
    """Let the interface be asked so often; that it is not is a test of its own."""
    with mock.patch.object(checks, "seconds_to_wait", return_value=0):
        yield


def _run(dice: Random, client: Any) -> HttpResponse:
    check = _on_disk(dice.choice(["calf", "pregnancy"]))
    answers, honest = dice.choice(_stories(check.document["slug"]))
    said: dict[str, Any] = {key: list(one) if isinstance(one, tuple) else one for key, one in answers.items()}
    forging = dice.random() < 0.5
    body: Any = {"answers": _forged_answers(dice, check, said) if forging else _spoiled(dice, said)}
    if dice.random() < 0.3:
        body["version"] = dice.choice([check.hash, "0" * 64, garbage.text(dice), None, 7])
    if dice.random() < 0.1:
        body, honest = garbage.bent(dice, body), ""
    text = json.dumps(body, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    if dice.random() < 0.1:
        text, honest = garbage.damaged(dice, text), ""
    kind = "text/plain" if dice.random() < 0.03 else "application/json"
    response = client.post(f"/api/v1/checks/{check.document['slug']}/run/", text, content_type=kind)
    assert response.status_code in {200, 400}, response.status_code
    told = json.loads(response.content)
    if response.status_code == 400:
        assert (told["safe"], told["disposition"]) == (False, None), "a refusal that calms"
        return response
    _follows(check, text, told)
    if honest and not forging and told["status"] == "result":
        _not_milder(check, told["result"]["disposition"], honest)
    return response


def _forged_answers(dice: Random, check: Check, said: dict[str, Any]) -> dict[str, Any]:
    """Return values for some questions and for some that there are not; mostly beside honest ones, to get far."""
    found: dict[str, Any] = dict(said) if dice.random() < 0.7 else {}
    questions = list(check.machine.protocol.questions)
    for question in dice.sample(questions, dice.randint(0, 3 if found else len(questions))):
        tokens = tokens_of(question)
        some = [dice.choice(tokens) for _ in range(dice.randint(0, 3))]
        found[question.key] = dice.choice(
            [some, some, dice.choice(tokens), dice.choice(garbage.LEAVES), dice.choice([1, 44])]
        )
    if dice.random() < 0.3:
        found[garbage.text(dice)[:200]] = dice.choice(garbage.LEAVES)
    return found


def _spoiled(dice: Random, said: dict[str, Any]) -> dict[str, Any]:
    """Return honest answers of which some went missing or cannot be understood; none is exchanged for another one."""
    found = dict(said)
    for _ in range(dice.randint(1, 3)):
        if not found:
            break
        key, way = dice.choice(list(found)), dice.randrange(5)
        if way == 0:
            del found[key]
        elif way == 1:
            found[key] = dice.choice(
                [None, True, 1.5, {}, [], [None], "canary-4711", ["none", "canary-4711"], [["none"]]]
            )
        elif way == 2:
            found[garbage.text(dice)[:200] or "x"] = dice.choice(["none", ["none"], 1])
        elif way == 3:
            found = dict(dice.sample(list(found.items()), len(found)))
        elif isinstance(found[key], list):
            found[key] = [*found[key], dice.choice(["canary-4711", "", "none,none", *found[key]])]
    return found


def _follows(check: Check, text: bytes, told: dict[str, Any]) -> None:
    """What is told follows from the answers that fit, and before the end nothing is called safe."""
    sent = json.loads(text).get("answers", {})
    machine = check.machine
    plain = {key: one for key, one in sent.items() if not isinstance(one, bool | float | dict | None)}
    plain = {
        key: one for key, one in plain.items() if not isinstance(one, list) or all(isinstance(x, str) for x in one)
    }
    answers = machine.clean(plain)
    honest, walk = machine.result({key: answers[key] for key in machine.walk(answers).asked}), machine.walk(answers)
    assert told["asked"] == list(walk.asked), "other questions than these"
    if told["status"] == "result":
        assert (walk.next, honest.finished) == (None, True), "a result before the end"
        assert told["result"]["disposition"] == honest.disposition, "another result"
        return
    assert told["question"]["key"] == walk.next or walk.next is None, "another question"
    assert told["unfinished"]["safe"] is False, "called safe before the end"
    assert told["unfinished"]["disposition"] == honest.disposition, "another urgency before the end"


def _read(dice: Random, client: Any, known: dict[str, Any], pages: list[int]) -> tuple[str, HttpResponse]:
    """Ask for something that can be read; gives which operation it is, or nothing where the address is none of them."""
    name = dice.choice([name for name in known if name != "runCheck"])
    path, found = known[name]
    slug = dice.choice(["calf", "pregnancy", "nothing", "x" * 300])
    address = path.replace("{slug}", slug).replace("{id}", str(dice.choice(pages)))
    names = [one.get("name", "limit") for one in found.get("parameters", [])]
    asked = garbage.query(dice, [*names, "limit", "offset", "type", "language", "url", "nothing"])
    return name, client.get(f"{address}?{asked}" if dice.random() < 0.9 else address)
