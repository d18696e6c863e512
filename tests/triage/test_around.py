"""What stands around the pages of a check: who reviewed it, and the way to say that it is unsafe."""

import pytest
from django.test import Client


def facts(html):
    return [
        "Demonstration reviewer 1 (Demonstration clinician, Demonstration credential" in html,
        "Next review by" in html,
        ">All reviews of this page</a>" in html,
        ">Tell us this is unsafe</a>" in html,
    ]


@pytest.mark.parametrize("path", ["/check/", "/check/calf/", "/check/calf/paper/"])
def test_pages_name_who_reviewed_them_and_hear_what_is_unsafe(released, path):
    assert facts(Client().get(path).content.decode()) == [True] * 4


def test_questions_and_results_do_too_and_the_address_names_the_protocol(visitor, calf):
    someone = visitor().begin()
    question = someone.response.content.decode()
    someone.calm_to(None)
    result = someone.response.content.decode()

    assert facts(question) == facts(result) == [True] * 4
    for html in (question, result):
        assert f'href="/unsafe/{calf.document["page"]}/"' in html
        assert f'href="/ledger/{calf.document["page"]}/"' in html
