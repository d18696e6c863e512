"""The stack of `make stack`: what editors withdraw is told in its walk, and ends nothing."""

import pytest

from tools.stack import smoke
from tools.stack.site import ALWAYS

CALM, WORST = "check, calm answers", "check, alarming answers"


@pytest.fixture
def withdrawn(monkeypatch) -> None:
    """Let every page answer, but the check that was withdrawn."""

    def ask(site: smoke.Site, path: str, fields: smoke.Fields | None = None) -> tuple[int, str]:
        return (410, "gone") if path == smoke.CHECK else (200, 'Gaitway emergency /guides/ name="password"')

    monkeypatch.setattr(smoke.Site, "ask", ask)


def test_a_check_that_was_withdrawn_is_told_and_the_walk_goes_on(withdrawn):
    found = dict(smoke.faults("http://localhost", lambda: ""))

    assert found.pop("list of checks")
    assert found == {
        "home": "", "guide": "", "search": "", "login of the admin": "", "audit": "",
        CALM: "/check/calf/ answered 410 to a step.", WORST: "/check/calf/ answered 410 to a step.",
    }  # fmt: skip


def test_a_part_that_says_nothing_is_told_and_the_walk_goes_on(monkeypatch):
    def ask(site: smoke.Site, path: str, fields: smoke.Fields | None = None) -> tuple[int, str]:
        raise ConnectionRefusedError("refused")

    monkeypatch.setattr(smoke.Site, "ask", ask)

    found = dict(smoke.faults("http://localhost", lambda: ""))

    assert found["home"] == "/ did not answer: refused"
    assert found[CALM] == "refused"


def test_whether_a_part_is_up_is_asked_where_nothing_can_be_withdrawn_and_no_database_is_needed(client):
    # no fixture of the database: a query would fail
    assert client.get(ALWAYS).status_code == 200
    assert ALWAYS not in {smoke.CHECK, "/check/"}
