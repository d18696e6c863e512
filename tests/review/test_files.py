"""Documents and pictures: only what a released page shows, with the bytes that were signed."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from articles.models import InfoPage
from review import actions, audit, serving, uses
from review.doors import RefusedError
from review.models import Release, Use
from tests.past_the_triggers import past_the_triggers
from tests.review import making
from tests.review.making import LATER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_disk(tmp_path, monkeypatch):
    """Keep uploaded files in a folder, as a site does."""
    cache.clear()  # of smaller pictures that other tests have made
    storage = FileSystemStorage(tmp_path / "media", base_url=settings.MEDIA_URL)
    for model in (get_document_model(), get_image_model(), get_image_model().get_rendition_model()):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)
    return storage


@pytest.fixture
def leaflet(on_disk):
    return get_document_model().objects.create(title="Leaflet", file=ContentFile(b"signed", name="leaflet.txt"))


@pytest.fixture
def image(on_disk):
    return get_image_model().objects.create(title="A calf", file=get_test_image_file(filename="calf.png"))


def showing(document=None, image=None):
    """Return a released page whose text names a file, as a program could write it."""
    link = f'<a linktype="document" id="{document.pk}">Leaflet</a>' if document else ""
    picture = f'<embed embedtype="image" id="{image.pk}" format="left" alt="A calf"/>' if image else ""
    return making.released(making.info(body=f"<p>Read the {link}.</p>{picture}"))


def rendition(image):
    return image.get_rendition("width-100")


def body_of(answer):
    return b"".join(answer.streaming_content)


def test_a_document_is_served_while_a_released_page_lists_it(client, leaflet):
    assert client.get(leaflet.url).status_code == 404

    page = showing(leaflet)
    assert Use.objects.get(user_page_id=page.pk, kind="document").mark == uses.hash_of_file(leaflet)
    assert body_of(client.get(leaflet.url)) == b"signed"

    actions.withdraw(page=page, by=making.reviewer(), now=LATER, reason="Gone")
    assert client.get(leaflet.url).status_code == 404


@pytest.mark.parametrize("listed", [True, False])
def test_no_document_is_reached_beside_its_address(client, leaflet, listed):
    if listed:
        showing(leaflet)
    other = get_document_model().objects.create(title="Other", file=ContentFile(b"other", name="other.txt"))

    for address in (
        f"/media/{leaflet.file.name}", f"/media/{other.file.name}", f"/media/documents/../{leaflet.file.name}",
        f"/media/./{leaflet.file.name}", f"/media//{leaflet.file.name}", f"/documents/{leaflet.pk}/other.txt",
        f"/documents/{other.pk}/{Path(leaflet.file.name).name}", leaflet.file.url,
    ):  # fmt: skip
        assert client.get(address).status_code in {301, 302, 404}, address
        assert client.get(address, follow=True).status_code == 404, address


def test_a_document_that_was_swapped_on_disk_is_not_served(client, leaflet, caplog):
    showing(leaflet)
    assert client.get(leaflet.url).status_code == 200
    before = Path(leaflet.file.path).stat()

    Path(leaflet.file.path).write_bytes(b"poison")  # as long as the signed one
    os.utime(leaflet.file.path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert client.get(leaflet.url).status_code == 404
    assert "is not what was signed; it is not served" in caplog.text
    assert any("is not the file that was signed" in fault for fault in audit.use_faults())


def test_a_document_whose_row_points_elsewhere_is_not_served(client, leaflet, on_disk):
    showing(leaflet)
    name = on_disk.save("documents/unsigned.txt", ContentFile(b"unsigned"))
    with transaction.atomic(), past_the_triggers():
        get_document_model().objects.filter(pk=leaflet.pk).update(file=name)

    assert client.get(get_document_model().objects.get(pk=leaflet.pk).url).status_code == 404


def test_a_document_that_is_gone_is_not_served(client, leaflet):
    showing(leaflet)
    Path(leaflet.file.path).unlink()

    assert client.get(leaflet.url).status_code == 404


def test_the_form_of_the_admin_does_not_swap_a_document(client, leaflet):
    page = showing(leaflet)
    client.force_login(making.superuser())
    form = {"title": "Leaflet", "file": ContentFile(b"unsigned", name="new.txt"), "collection": "1", "tags": ""}

    answer = client.post(reverse("wagtaildocs:edit", args=[leaflet.pk]), form, follow=True)

    assert page.title in answer.content.decode()
    client.logout()
    assert body_of(client.get(leaflet.url)) == b"signed"


def test_the_form_of_the_admin_does_not_swap_a_picture(client, image):
    page, small = showing(image=image), rendition(image)
    client.force_login(making.superuser())
    form = {"title": "A calf", "file": get_test_image_file(filename="new.png", colour="red"), "collection": "1"}

    answer = client.post(reverse("wagtailimages:edit", args=[image.pk]), form, follow=True)

    assert page.title in answer.content.decode()
    client.logout()
    assert client.get(f"/media/{small.file.name}").status_code == 200


def test_a_swap_between_signature_and_release_stops_the_release(leaflet):
    row = making.signed(making.info(body=f'<p><a linktype="document" id="{leaflet.pk}">Leaflet</a></p>'))
    Path(leaflet.file.path).write_bytes(b"other bytes")

    with pytest.raises(RefusedError, match="A file on"):
        actions.release(submission=row, by=making.reviewer(), now=LATER)


def test_a_rollback_does_not_bring_back_another_file(leaflet):
    page = showing(leaflet)
    entry = page.review_facts
    page = making.released(making.edited(page, body="<p>No leaflet.</p>"))
    leaflet.refresh_from_db()
    leaflet.file = ContentFile(b"other bytes", name="leaflet.txt")
    leaflet.save()
    first = Release.objects.get(page_id=page.pk, fingerprint=entry.fingerprint)

    with pytest.raises(RefusedError, match="A file on"):
        actions.roll_back(page=page, release_hash=first.hash, by=making.reviewer(), now=LATER, reason="No")


def test_a_picture_is_served_while_a_released_page_shows_it(client, image):
    small = rendition(image)
    addresses = [f"/media/{small.file.name}", f"/media/{image.file.name}"]
    assert [client.get(a).status_code for a in addresses] == [404, 404]

    page = showing(image=image)
    assert small.url in client.get(page.url).content.decode() or rendition(image)
    answers = [client.get(a) for a in addresses]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0]["Content-Type"] == "image/png"
    assert [len(body_of(a)) > 0 for a in answers] == [True, True]


@pytest.mark.parametrize("which", ["original", "small"])
def test_a_picture_that_was_swapped_on_disk_is_not_served(client, image, which):
    small = rendition(image)
    showing(image=image)
    address = f"/media/{small.file.name}"
    assert client.get(address).status_code == 200

    changed = image if which == "original" else small
    Path(changed.file.path).write_bytes(get_test_image_file(size=(99, 99), colour="red").file.getvalue())

    assert client.get(address).status_code == 404


def test_editors_see_what_they_may_choose(client, image, leaflet):
    client.force_login(making.editor())

    assert client.get(f"/media/{rendition(image).file.name}").status_code == 200
    assert client.get(leaflet.url).status_code == 200
    client.force_login(making.user())
    assert client.get(f"/media/{image.file.name}").status_code == 404


def test_an_unchanged_file_is_read_once(client, leaflet, monkeypatch, django_assert_num_queries):
    showing(leaflet)
    assert client.get(leaflet.url).status_code == 200
    monkeypatch.setattr(uses, "hash_of_file", lambda row: pytest.fail("read again"))

    assert client.get(leaflet.url).status_code == 200
    with django_assert_num_queries(1):
        assert serving.files.is_signed(uses.UseKind.DOCUMENT, leaflet)


def test_a_page_that_shows_a_file_keeps_it(leaflet):
    page = showing(leaflet)

    with pytest.raises(RefusedError, match="is shown by public pages"), transaction.atomic():
        leaflet.delete()
    assert InfoPage.objects.get(pk=page.pk).live
