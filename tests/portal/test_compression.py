"""What readers are sent is small; what belongs to somebody who is signed in is sent as it is."""

import gzip

import pytest

pytestmark = pytest.mark.django_db
CHECK = "/check/calf/"


@pytest.mark.parametrize("address", [CHECK, f"{CHECK}on-one-page/", "/search/?q=cramp", "/guides/calf-soreness/"])
def test_a_reader_gets_words_compressed_where_the_browser_can_read_it(client, address):
    plain = client.get(address)
    small = client.get(address, headers={"accept-encoding": "gzip, br"})

    assert "Content-Encoding" not in plain.headers
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(small.content)
    assert small["Content-Security-Policy"] == plain["Content-Security-Policy"]


def test_a_step_of_a_check_is_sent_small(client):
    small = client.post(CHECK, headers={"accept-encoding": "gzip"})

    assert small["Content-Encoding"] == "gzip"


def test_pages_of_somebody_who_is_signed_in_are_not_compressed(client, django_user_model):
    client.force_login(django_user_model.objects.create_superuser("tester"))

    for address in ("/admin/", CHECK):
        assert "Content-Encoding" not in client.get(address, headers={"accept-encoding": "gzip"}).headers
