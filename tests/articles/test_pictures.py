"""Pictures of the editors' own on released pages: in small forms, with room kept for them, and as they were signed."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage
from PIL import Image
from wagtail.blocks import StructBlockValidationError
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file_jpeg

from articles.blocks.guide import PictureBlock
from articles.drawings import drawings
from review.enums import UseKind
from review.models import Use
from review.roles import PICTURES
from tests.factories import articles as make
from tests.review import making

pytestmark = pytest.mark.django_db
WORDS = "Two calves from behind; the left one is wider and its skin is redder."
SOURCE = re.compile(r'<source sizes="([^"]+)" srcset="[^"]+ 400w, [^"]+ 800w" type="image/(avif|webp)"')
ADDRESS = re.compile(r"/media/[^ \",]+")


@pytest.fixture
def image(tmp_path, monkeypatch):
    cache.clear()  # of smaller pictures that other tests have made
    storage = FileSystemStorage(tmp_path / "media", base_url=settings.MEDIA_URL)
    for model in (get_image_model(), get_image_model().get_rendition_model()):
        monkeypatch.setattr(model._meta.get_field("file"), "storage", storage)
    return get_image_model().objects.create(
        title="Calves", file=get_test_image_file_jpeg(filename="calves.jpg", size=(1200, 900))
    )


@pytest.fixture
def guide(image):
    shown = {"image": image.pk, "alt_text": WORDS, "decorative": False}
    value = {"picture": shown, "caption": "A swollen calf", "credit": "The clinic, with consent"}
    return make.guide(("What does it look like?", make.stream("picture", value)))


def test_a_picture_comes_small_with_its_words_and_with_room_kept_for_it(client, guide):
    html = client.get(guide.url).content.decode()
    shown = html[html.index("<picture") : html.index("</picture>")]

    assert {kind for _, kind in SOURCE.findall(shown)} == {"avif", "webp"}
    assert f'alt="{WORDS}"' in shown
    assert re.search(r'width="400"', shown)
    assert re.search(r'height="300"', shown)
    assert 'loading="lazy"' in shown
    assert "A swollen calf" in html
    assert "The clinic, with consent" in html
    assert "style=" not in shown


def test_every_form_of_a_picture_is_served_to_readers_and_only_as_signed(client, guide, image):
    addresses = ADDRESS.findall(client.get(guide.url).content.decode())
    assert len({Path(address).suffix for address in addresses}) == 3

    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer["Content-Type"] == f"image/{Path(address).suffix[1:].replace('jpg', 'jpeg')}"
        assert b"".join(answer.streaming_content)

    Image.new("RGB", (1200, 900), "red").save(image.file.path)
    assert {client.get(address).status_code for address in addresses} == {404}


def test_a_picture_is_signed_with_the_page(guide, image):
    assert Use.objects.filter(user_page_id=guide.pk, kind=UseKind.IMAGE, used=str(image.pk)).exists()


def test_a_picture_needs_words_and_an_origin(image):
    block = PictureBlock()
    value = block.to_python({"picture": {"image": image.pk, "alt_text": "", "decorative": False}, "credit": ""})

    with pytest.raises(StructBlockValidationError) as refused:
        block.clean(value)

    assert {"picture", "credit"} <= set(refused.value.block_errors)


def test_a_drawing_states_its_size():
    assert {(one.width, one.height) for one in drawings().values()} == {(320, 240), (240, 480)}


def test_an_editor_uploads_pictures_into_the_editors_own_collection(client, image):
    client.force_login(making.editor())
    file = get_test_image_file_jpeg(filename="new.jpg", size=(300, 200))
    file.seek(0)

    answer = client.post("/admin/images/add/", {"title": "New", "file": file, "tags": ""}, follow=True)

    assert answer.status_code == 200
    assert get_image_model().objects.get(title="New").collection.name == PICTURES
    assert "Calves" not in client.get("/admin/images/").content.decode()
