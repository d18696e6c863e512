"""What inputs are sent to: each target is made once for a scene, and sends one input for one random generator."""

import json
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from articles.models import GuidePage
from tests.fuzz import garbage, small
from tests.fuzz.forms import fields_of
from tests.fuzz.measure import Send, drawn
from tests.fuzz.readers import raw_texts
from tests.portal.permissions.addresses import addresses
from tests.portal.permissions.scene import EDITOR, SUPERUSER, Scene
from tests.portal.permissions.table import WHO, table
from tests.review import making
from triage import protocol_file
from triage.models import ProtocolPage, Story
from triage.vignettes.files import written

# What the lists, choosers, searches, reports and interfaces of the admin read from an address.
NAMES = """
q query search p page ordering order_by collection_id tag popular_tags content_type content_types user owner
locale date date_0 date_1 timestamp timestamp_0 timestamp_1 timestamp_from timestamp_to label action
object_type page_type id ids multiple export parent_page_id user_perms target_pages[] fields order limit
offset child_of descendant_of ancestor_of type slug title has_children for_explorer site status edited_by
latest_revision_created_at_from last_published_at first_published_at live is_permanent redirect_link old_path
format height width select_format link_text link_url next childOf reviewable workflow task state started_at
finished_at completed_at _w_filter can_choose_root match_subclass include_root translation_of group
is_superuser is_active days kind block view mode nothing uploaded_by created_at file_size protocol gold code
""".split()
PUBLIC = ["q", "kind", "page", "block", "mode", "format", "next", "v", "a", "go", "code", "nothing"]
WORDS = ["calf", "leg cramps", "blood clot", "sore", "pregnant", "swolen", "calf pain at night", "5", "ch"]


def client_of(scene: Scene, role: str) -> Client:
    """Return the browser of somebody; an error in a view is raised here."""
    client = Client()
    if scene.people[role] is not None:
        client.force_login(scene.people[role])
    return client


def search(scene: Scene) -> Send:
    """The site's search and its suggestions."""
    client = Client()

    def send(dice: Random) -> Any:
        address = dice.choice(["/search/", "/search/suggest/"])
        if dice.random() < 0.5:
            return client.get(f"{address}?{garbage.query(dice, PUBLIC)}")
        words = f"{dice.choice(WORDS)}{dice.choice([' ', ''])}{garbage.text(dice)[:3000]}"
        return client.get(address, {"q": _sendable(words)})

    return send


def public(scene: Scene) -> Send:
    """Every other public address: pages, checks, ledger, files, codes, concerns; by GET and by POST."""
    client = Client()
    known = {one.name: one for one in addresses()}
    paths = [known[row.name].path(scene.known) for row in table() if set(WHO["everybody"]) == {
        role for role, word in row.words.items() if word == "open"} and "login" not in row.name]  # fmt: skip
    paths += [
        "/",
        "/check/calf/",
        "/causes/",
        "/guides/calf-soreness/",
        "/ledger/99999999999999999999/",
        "/media/x.png",
    ]
    concern = reverse("review_public:concern", args=[scene.known["review_public pk"]])

    def send(dice: Random) -> Any:
        way = dice.randrange(10)
        if way == 0:
            return client.post("/check/receipt/", {"code": garbage.text(dice).encode("utf-8", "replace").decode()})
        if way == 1:
            said = {name: garbage.text(dice).encode("utf-8", "replace") for name in ("text", "block", "website")}
            return client.post(concern, said | ({} if dice.random() < 0.5 else {"website": ""}))
        if way == 2:
            return client.get("/" + garbage.query(dice, ["media/", "documents/1/", "check/", "ledger/", "x/"], 1))
        return client.get(f"{dice.choice(paths).partition('?')[0]}?{garbage.query(dice, PUBLIC)}")

    return send


def admin_lists(scene: Scene) -> Send:
    """Every address of the admin that answers a GET, with what its searches, filters, orders and choosers read."""
    client = client_of(scene, SUPERUSER)
    known = {one.name: one for one in addresses()}
    slow = ("triage_admin:", "articles_report", "logout", "password", "second_factor")
    rows = [row for row in table() if row.method == "GET" and row.words[SUPERUSER] == "open"]
    rows = [row for row in rows if row.words["anonymous"] != "open" and not any(one in row.name for one in slow)]
    paths = [known[row.name].path(scene.known).partition("?")[0] for row in rows]
    # those that search and filter read most of it
    many = [path for path in paths if path.endswith(("/results/", "/search/", "/chooser/", "/documents/", "/images/"))]
    many += [path for path in paths if "choose-page" in path or "/reports/" in path or "/api/" in path]

    def send(dice: Random) -> Any:
        path = dice.choice(many if dice.random() < 0.7 else paths)
        with drawn(wanted=dice.randrange(3) == 0):
            return client.get(f"{path}?{garbage.query(dice, NAMES)}")

    return send


# Of so many inputs of an editor one is of the whole starter text, the others of a small one with each kind of block.
WHOLE = 20


def _page_posts(scene: Scene, page: Any, *, again: int = 40) -> Send:
    """Posts of the editor of one page, spoiled.

    Every so often the answer is drawn as well, and the page must open in the editor afterwards.
    """
    client = client_of(scene, EDITOR)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    honest = fields_of(client, page)
    saved = client.post(address, honest)
    assert saved.status_code == 302, "the honest form is not saved"
    richly = [name for name, value in honest.items() if isinstance(value, str) and value.startswith('{"blocks"')]

    def send(dice: Random) -> Any:
        fields = garbage.spoiled(dice, honest)
        if richly and dice.random() < 0.3:
            fields[dice.choice(richly)] = garbage.rich(dice)
        way = dice.choice(["", "", "action-submit", "action-publish", "action-workflow-action"])
        said = {name: _sendable(value) for name, value in ({**fields, way: "1"} if way else fields).items()}
        look = dice.randrange(again) == 0
        with drawn(wanted=look):
            response = client.post(address, said)
        if look:
            assert client.get(address).status_code == 200, "the page cannot be edited any more"
        return response

    return send


def _sendable(value: Any) -> Any:
    if isinstance(value, list):
        return [_sendable(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def page_posts(scene: Scene) -> Send:
    """The editor of a page of rich text and of one word explained."""
    ways = [_page_posts(scene, scene.draft), _page_posts(scene, making.info(by=scene.people[EDITOR]))]
    return lambda dice: dice.choice(ways)(dice)


def guide_posts(scene: Scene) -> Send:
    """The editor of a guide: blocks in blocks."""
    whole = _page_posts(scene, GuidePage.objects.get(slug="calf-soreness"), again=10)
    each = _page_posts(scene, small.guide())
    return lambda dice: (whole if dice.randrange(WHOLE) == 0 else each)(dice)


def protocol_posts(scene: Scene) -> Send:
    """The editor of a check: one that can be proved, one with each kind of block, and the starter check."""
    whole = _page_posts(scene, ProtocolPage.objects.get(code="calf"), again=10)
    each = [_page_posts(scene, small.check()), _page_posts(scene, small.check_of_each_kind())]
    return lambda dice: (whole if dice.randrange(WHOLE) == 0 else dice.choice(each))(dice)


def imports(scene: Scene) -> Send:
    """Files of protocols, stories and questionnaires, damaged or meant to hurt."""
    client = client_of(scene, EDITOR)
    whole, few = (_import_cases(page) for page in (ProtocolPage.objects.get(code="calf"), small.check()))

    def send(dice: Random) -> Any:
        address, honest, bomb = dice.choice(whole if dice.randrange(WHOLE) == 0 else few)
        body = bomb(dice) if dice.random() < 0.15 else garbage.damaged(dice, honest)
        name = dice.choice(["x.yaml", "x.json", "x", "a" * 240 + ".yaml", "../x.yaml"])
        with drawn(wanted=dice.randrange(3) == 0):
            return client.post(address, {"file": SimpleUploadedFile(name, body), "key": "knee-pain"})

    return send


def _import_cases(page: ProtocolPage) -> list[tuple[str, bytes, Callable[[Random], bytes]]]:
    """Return where files of a check are sent to, an honest one, and what makes one that is meant to hurt."""
    protocol = protocol_file.written(page.get_latest_revision_as_object()).encode()
    stories = written(Story.objects.exclude(gold="")[:3]).encode()
    question = {"linkId": "1", "text": "How?", "type": "choice", "answerOption": [{"valueCoding": {"code": "a"}}]}
    asked = {"resourceType": "Questionnaire", "status": "draft", "title": "T", "item": [question] * 3}
    return [
        (reverse("triage_admin:file", args=[page.pk]), protocol, yaml_bomb),
        (reverse("triage_admin:story-file", args=[page.pk]), stories, json_bomb),
        (reverse("triage_admin:questionnaire"), json.dumps(asked).encode(), json_bomb),
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


def uploads(scene: Scene) -> Send:
    """Pictures and documents, damaged."""
    client = client_of(scene, SUPERUSER)
    bodies = []
    for kind in ("PNG", "JPEG", "WEBP"):
        file = BytesIO()
        Image.linear_gradient("L").resize((60, 40)).save(file, kind)
        bodies.append((f"x.{kind.lower()}", file.getvalue()))
    texts = [
        ("x.pdf", b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF"),
        ("x.csv", b"a,b\n1,2\n"),
        ("x.txt", b"hi"),
    ]

    def send(dice: Random) -> Any:
        where, files = dice.choice([("wagtailimages", bodies), ("wagtaildocs", texts)])
        name, body = dice.choice(files)
        name = dice.choice([name, name, "x.svg", "x.png.exe", "a" * 240 + name, "\u202e" + name, "x"])
        file = SimpleUploadedFile(name, garbage.damaged(dice, body), content_type="image/png")
        title = garbage.text(dice).encode("utf-8", "replace").decode()[:500]
        said = {"title": title, "collection": dice.choice(["1", "", "99", "x"]), "tags": garbage.text(dice)[:80]}
        if dice.random() < 0.3:
            address = reverse(f"{where}:add_multiple")
            return client.post(address, {"files[]": file}, headers={"X-Requested-With": "XMLHttpRequest"})
        said = {key: _sendable(value) for key, value in said.items()}
        return client.post(reverse(f"{where}:add"), {**said, "file": file})

    return send


def interface(scene: Scene) -> Send:
    """The admin's internal interface: actions with JSON bodies, and details."""
    client = client_of(scene, EDITOR)
    actions = ["publish", "unpublish", "copy", "create_alias", "delete", "move", "revert_to_page_revision",
               "convert_alias",
               "copy_for_translation", "nothing"]  # fmt: skip
    fields = ["destination_page_id", "slug", "title", "keep_live", "recursive", "copy_revisions", "alias",
              "update_slug",
              "revision_id", "position", "locale", "copy_parents", "x"]  # fmt: skip
    values: list[Any] = [
        None,
        True,
        -1,
        10**30,
        1.5,
        [],
        {},
        [1] * 50,
        {"a": {"b": []}},
        scene.known["page_id"],
        "last-child",
    ]

    def send(dice: Random) -> Any:
        address = f"{reverse('wagtailadmin_api:pages:listing')}{scene.known['page_id']}/action/{dice.choice(actions)}/"
        body = {dice.choice(fields): dice.choice([*values, garbage.text(dice)]) for _ in range(dice.randint(0, 6))}
        text = json.dumps(body) if dice.random() < 0.8 else garbage.text(dice)
        kind = dice.choice(
            ["application/json", "application/json", "text/plain", "application/x-www-form-urlencoded", "x"]
        )
        return client.post(address, text.encode("utf-8", "replace"), content_type=kind)

    return send


# name -> target, and how many inputs the suite sends: a fraction of a second each; none: only `make fuzz` does
TARGETS: dict[str, tuple[Callable[[Scene], Send], int]] = {
    "search and suggestions": (search, 40),
    "public pages and forms": (public, 20),
    "searches, filters and choosers of the admin": (admin_lists, 25),
    "internal interface": (interface, 10),
    "editor of a page": (page_posts, 4),
    "editor of a guide": (guide_posts, 1),
    "editor of a check": (protocol_posts, 0),
    "imports of files": (imports, 5),
    "uploads": (uploads, 8),
    "raw texts": (raw_texts, 60),
}
