"""What editors upload: nothing but pixels of pictures, and documents that are what their names say."""

import io
import zlib
from struct import pack
from unittest.mock import Mock

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

pytestmark = pytest.mark.django_db
GPS, MAKE, TURNED = 0x8825, 0x010F, 0x0112


@pytest.fixture(autouse=True)
def on_disk(tmp_path, monkeypatch):
    storage = FileSystemStorage(tmp_path / "media")
    for model in (get_document_model(), get_image_model(), get_image_model().get_rendition_model()):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)


def picture(kind="JPEG", size=(60, 40), **saved):
    made = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(made, format=kind, **saved)
    return made.getvalue()


def photo():
    """Return a photograph as a telephone makes it: turned, with its position and maker."""
    exif = Image.Exif()
    exif[TURNED], exif[MAKE] = 6, "CanaryPhone"
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (51.0, 30.0, 26.0)
    return picture(exif=exif, comment=b"canary of a comment")


def bomb(width, height):
    """Return a small PNG file that says it is very large."""

    def chunk(name, data):
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    head = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * min(height, 1000)), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def upload(client, what, name, content):
    """Upload a file in the admin; return the row, or what the form says."""
    url = reverse({"image": "wagtailimages:add", "document": "wagtaildocs:add"}[what])
    model = {"image": get_image_model(), "document": get_document_model()}[what]
    answer = client.post(url, {"title": "A file", "collection": "1", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code in (200, 302)
    row = model.objects.first()
    return row or " ".join(" ".join(errors) for errors in answer.context["form"].errors.values())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_in(admin_client, kind):
    row = upload(admin_client, "image", f"calf.{kind.lower()}", picture(kind))

    assert (row.width, row.height) == (60, 40)
    assert Image.open(row.file).format == kind


def test_a_photograph_stands_upright_and_says_nothing_of_where_and_with_what(admin_client):
    content = photo()
    assert b"CanaryPhone" in content

    row = upload(admin_client, "image", "calf.jpg", content)

    stored = row.file.read()
    assert (row.width, row.height) == (40, 60)
    assert b"anary" not in stored
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert b"Exif" not in row.get_rendition("width-20|format-jpeg").file.read()


def test_what_hides_behind_the_end_of_a_picture_does_not_come_in(admin_client):
    row = upload(admin_client, "image", "calf.png", picture("PNG") + b"<script>canary()</script>")

    assert b"canary" not in row.file.read()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.jpg", picture(size=(300, 300))[:-2000]),
        ("cut.png", picture("PNG", size=(300, 300))[:-2000]),
        ("page.png", b"<html><script>1</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("other.png", picture("JPEG")),
        ("bomb.png", bomb(30_000, 30_000)),
        ("bomb.png", bomb(9_000, 9_000)),
        ("empty.png", b""),
        ("moving.webp", picture("WEBP", save_all=True, append_images=[Image.new("RGB", (60, 40), "red")])),
    ],
)
def test_what_is_no_whole_still_picture_is_refused_in_words(admin_client, name, content):
    said = upload(admin_client, "image", name, content)

    assert isinstance(said, str)
    assert said


def test_a_picture_that_only_says_it_is_large_is_refused_before_it_is_unpacked(admin_client, monkeypatch):
    lying = bytearray(picture("WEBP"))
    lying[26:30] = pack("<HH", 9000, 9000)
    monkeypatch.setattr(Image.Image, "load", unpacked := Mock())
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", unpacked)

    said = upload(admin_client, "image", "large.webp", bytes(lying))

    assert "too many pixels: 9000 × 9000" in said
    unpacked.assert_not_called()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"%PDF-1.7\n1 0 obj\n%%EOF\n"), ("a.txt", "Wärme.\n".encode()), ("a.csv", b"a,b\r\n1,2\r\n")],
)
def test_a_document_comes_in(admin_client, name, content):
    assert upload(admin_client, "document", name, content).file.read() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", b"<html>%PDF-1.7 %%EOF</html>"),
        ("a.pdf", b"%PDF-1.7\n" + b"cut" * 1000),
        ("a.txt", b"<!doctype html><script>1</script>"),
        ("a.txt", b"MZ\x90\x00\x03"),
        ("a.csv", b"a,\x00b"),
        ("a.html", b"<p>A page</p>"),
        ("a.svg", b"<svg/>"),
        ("a", b"text"),
    ],
)
def test_a_document_that_is_not_what_its_name_says_is_refused_in_words(admin_client, name, content):
    said = upload(admin_client, "document", name, content)

    assert isinstance(said, str)
    assert said


def test_a_document_that_is_too_big_is_refused(admin_client, settings):
    settings.DOCUMENT_MAX_BYTES = 10

    assert "too big" in upload(admin_client, "document", "a.txt", b"x" * 11)
