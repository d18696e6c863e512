"""What everybody may ask: the search, and every other public address by GET and by POST."""

from random import Random
from typing import Any
from unittest import mock

from django.urls import reverse

from portal.search import find, suggestions
from tests.fuzz import garbage
from tests.fuzz.measure import Send
from tests.fuzz.short import Ways, drawn, rarely
from tests.portal.permissions.addresses import addresses
from tests.portal.permissions.scene import ANONYMOUS, Scene
from tests.portal.permissions.table import WHO, table

PUBLIC = ["q", "kind", "page", "block", "mode", "format", "next", "v", "a", "go", "code", "nothing"]
WORDS = ["calf", "leg cramps", "blood clot", "sore", "pregnant", "swolen", "calf pain at night", "5", "ch"]
# What reads nothing from its address and is made of the whole site each time, as nothing is kept in tests.
MADE_WHOLE = ("llms.txt", "sitemap.xml", "feed", "paper", ".pdf")
# One search of so many is shown, with the pages that it found; the others end with which pages these are.
SHOWN = 20
WHOLE = 20


def search(scene: Scene) -> Send:
    """The site's search and its suggestions."""
    client = Ways(scene.people[ANONYMOUS]).whole

    def send(dice: Random) -> Any:
        page = dice.random() < 0.5
        words = garbage.text(dice)
        if dice.random() < 0.5:
            words = f"{dice.choice(WORDS)}{dice.choice([' ', ''])}{words[:3000]}"
        if rarely(dice, SHOWN):
            address = "/search/" if page else "/search/suggest/"
            if dice.random() < 0.5:
                return client.get(f"{address}?{garbage.query(dice, PUBLIC)}")
            return client.get(address, {"q": garbage.sendable(words)})
        if not page:
            return "found" if suggestions(words) else "nothing"
        with mock.patch.object(find, "_groups", lambda scores, **_: [find.Group(find.Kind.WORD, [])] * bool(scores)):
            return "found" if find.search(words).groups else "nothing"

    return send


def public(scene: Scene) -> Send:
    """Every other public address: pages, checks, ledger, files, codes, concerns."""
    ways = Ways(scene.people[ANONYMOUS])
    known = {one.name: one for one in addresses()}
    paths = [known[row.name].path(scene.known) for row in table() if set(WHO["everybody"]) == {
        role for role, word in row.words.items() if word == "open"} and "login" not in row.name]  # fmt: skip
    paths += ["/", "/check/calf/", "/causes/", "/guides/calf-soreness/", "/ledger/99999999999999999999/",
              "/media/x.png"]  # fmt: skip
    quick = [path for path in paths if not any(one in path for one in MADE_WHOLE)]
    concern = reverse("review_public:concern", args=[scene.known["review_public pk"]])

    def send(dice: Random) -> Any:
        way = dice.randrange(10)
        client, whole = ways.of(dice, WHOLE)
        some = paths if whole else quick
        with drawn(wanted=whole):
            if way == 0:
                return client.post("/check/receipt/", {"code": garbage.sendable(garbage.text(dice))})
            if way == 1:
                said = {name: garbage.sendable(garbage.text(dice)) for name in ("text", "block", "website")}
                return client.post(concern, said | ({} if dice.random() < 0.5 else {"website": ""}))
            if way == 2:
                return client.get("/" + garbage.query(dice, ["media/", "documents/1/", "check/", "ledger/", "x/"], 1))
            return client.get(f"{dice.choice(some).partition('?')[0]}?{garbage.query(dice, PUBLIC)}")

    return send
