"""Every address of the site, asked for by every role: who is let in stands in `matrix.yaml`, and nowhere else.

The suite asks at a third of the closed doors and at some of the open ones, always the same; `make permissions`
(DOORS=all) asks at all of them. What is answered is searched for secrets on the way.
"""

import os
from collections import Counter
from zlib import crc32

import pytest
from django.urls import clear_url_caches, path

from portal import urls
from tests.portal.permissions.addresses import addresses
from tests.portal.permissions.scene import MARKUP, ROLES, SECRETS
from tests.portal.permissions.table import DOCUMENT, document, table
from tests.portal.permissions.visits import OPEN

ALL = os.environ.get("DOORS") == "all"
# A closed door is asked at in milliseconds; an open one makes a whole page.
ONE_IN = {OPEN: 24}
OTHERWISE = 3


def is_asked(name, role, word):
    return ALL or crc32(f"{name} {role}".encode()) % ONE_IN.get(word, OTHERWISE) == 0


def unclassified():
    return sorted({one.name for one in addresses()} - {row.name for row in table()})


def test_every_address_is_classified():
    """A new address stands in nobody's matrix yet: say there who is let in."""
    assert unclassified() == []


def test_a_new_address_is_noticed(monkeypatch):
    new = path("brand-new/", lambda request: None, name="brand-new")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, new])
    clear_url_caches()
    try:
        assert unclassified() == ["brand-new"]
    finally:
        clear_url_caches()


def test_nothing_is_classified_twice_or_gone():
    often = Counter(row.name for row in table())
    assert [name for name, number in often.items() if number > 1] == []
    assert sorted(often.keys() - {one.name for one in addresses()}) == []


def secrets_in(answer, role, name):
    return [f"{name}: {word}" for word, who in SECRETS.items() if word in answer.text and role not in who]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_let_in_where_the_table_says(only_once, scene, visitors, role):
    known = {one.name: one for one in addresses()}
    wrong, seen, ran, asked = [], [], [], 0
    for row in table():
        if is_asked(row.name, role, row.words[role]):
            answer = visitors[role].visit(row.method, known[row.name].path(scene.known))
            asked += 1
            if answer.word != row.words[role]:
                wrong.append(f"{row.name}: {answer.word} ({answer.status}), not {row.words[role]}")
            seen += secrets_in(answer, role, row.name)
            ran += [row.name] if answer.is_page and MARKUP in answer.text else []
        if ALL and row.method == "GET" and row.words[role] != OPEN:
            posted = visitors[role].visit("POST", known[row.name].path(scene.known))
            wrong += [f"{row.name}: closed, but open to a post"] if posted.word == OPEN else []
            seen += secrets_in(posted, role, row.name)
    assert asked >= len(known) if ALL else asked > len(known) // 40
    assert wrong == []
    assert seen == []
    assert ran == [], "what somebody wrote is an element there"


def test_the_document_says_what_the_table_says():
    if ALL:
        DOCUMENT.write_text(document(), encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run make permissions"
