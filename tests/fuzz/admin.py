"""What people of the admin send: to lists and choosers, files, and to its internal interface."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from random import Random
from typing import Any
from unittest import mock

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.admin.api.views import PagesAdminAPIViewSet

from tests.fuzz import garbage
from tests.fuzz.measure import Send
from tests.fuzz.short import Ways, drawn
from tests.portal.permissions.addresses import addresses
from tests.portal.permissions.scene import EDITOR, SUPERUSER, Scene
from tests.portal.permissions.table import table

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
# One input of so many goes the whole way and is drawn.
WHOLE = 20


def admin_lists(scene: Scene) -> Send:
    """Every address of the admin that answers a GET, with what its searches, filters, orders and choosers read."""
    ways = Ways(scene.people[SUPERUSER])
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
        client, whole = ways.of(dice, WHOLE)
        with drawn(wanted=whole):
            return client.get(f"{path}?{garbage.query(dice, NAMES)}")

    return send


def uploads(scene: Scene) -> Send:
    """Pictures and documents, damaged."""
    ways = Ways(scene.people[SUPERUSER])
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
        title = garbage.sendable(garbage.text(dice))[:500]
        said = {"title": title, "collection": dice.choice(["1", "", "99", "x"]), "tags": garbage.text(dice)[:80]}
        client, whole = ways.of(dice, WHOLE)
        with drawn(wanted=whole):
            if dice.random() < 0.3:
                address = reverse(f"{where}:add_multiple")
                return client.post(address, {"files[]": file}, headers={"X-Requested-With": "XMLHttpRequest"})
            said = {key: garbage.sendable(value) for key, value in said.items()}
            return client.post(reverse(f"{where}:add"), {**said, "file": file})

    return send


def interface(scene: Scene) -> Send:
    """The admin's internal interface: actions with JSON bodies, and details."""
    ways = Ways(scene.people[EDITOR])
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
        client, whole = ways.of(dice, WHOLE)
        with _page_at_hand(scene, wanted=not whole):
            return client.post(address, garbage.sendable(text).encode(), content_type=kind)

    return send


@contextmanager
def _page_at_hand(scene: Scene, *, wanted: bool) -> Iterator[None]:
    """Let the page that all actions are about be there, instead of being looked for among all that somebody may see."""
    if not wanted:
        yield
        return
    page = copy.copy(scene.draft)
    with mock.patch.object(PagesAdminAPIViewSet, "get_object", return_value=page):
        yield
