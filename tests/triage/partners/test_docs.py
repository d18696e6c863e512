"""The examples of docs/api.md, run as they stand against the site."""

import re
import shlex
from pathlib import Path

import pytest
from django.test import Client

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^    (curl .*)$", TEXT, re.MULTILINE)
pytestmark = pytest.mark.django_db


def ask(line):
    """Do what curl does with these options, and no others."""
    words = iter(shlex.split(line.replace("$SITE", ""))[1:])
    headers, body, address, follow = {}, None, "", False
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words)
        elif word == "-L":
            follow = True
        elif word != "-i":
            assert word.startswith("/"), word
            address = word
    client = Client(headers={name: value for name, value in headers.items() if name != "Content-Type"})
    if body is not None:
        return client.post(address, body, content_type=headers["Content-Type"])
    return client.get(address, follow=follow, SERVER_NAME="localhost", SERVER_PORT="8000")


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_works(released, line):
    response = ask(line)

    assert response.status_code == 200, response.content[:300]
    assert len(response.content) > 100


def test_an_example_of_an_emergency_leads_to_an_ambulance(released):
    line = next(one for one in EXAMPLES if "chest_pain" in one)

    assert ask(line).json()["result"]["disposition"] == "emergency_now"
    assert len(EXAMPLES) > 10
