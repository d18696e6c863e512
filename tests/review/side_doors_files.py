"""Ways past a review that change files: documents that pages list, pictures and drawings that they show."""

from typing import Any

from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from tests.review.side_doors_code import Scene


def _leaflet() -> object:
    return get_document_model().objects.get(title="Leaflet")


def swap_document(s: Scene) -> None:
    document = get_document_model().objects.get(title="Leaflet")
    document.file = ContentFile(b"other", name="other.txt")
    document.save()


def delete_document(s: Scene) -> None:
    get_document_model().objects.get(title="Leaflet").delete()


def swap_document_in_storage(s: Scene) -> None:
    file = _leaflet().file
    with file.storage.open(file.name, "wb") as stream:
        stream.write(b"unsigned words")


def point_document_elsewhere(s: Scene) -> None:
    name = _leaflet().file.storage.save("documents/unsigned.txt", ContentFile(b"unsigned"))
    get_document_model().objects.filter(title="Leaflet").update(file=name)


def rename_document(s: Scene) -> None:
    get_document_model().objects.filter(title="Leaflet").update(title="Leaflet", collection=None)


def list_unsigned_document(s: Scene) -> None:
    unsigned = get_document_model().objects.create(title="New", file=ContentFile(b"unsigned", name="new.txt"))
    s.page.body = f'<p><a linktype="document" id="{unsigned.pk}">New</a></p>'
    s.page.save()


def swap_drawing(s: Scene) -> None:
    s.drawing.write_text("<svg>unsigned</svg>")


def _picture() -> Any:
    return get_image_model().objects.get(title="A calf")


def swap_picture(s: Scene) -> None:
    picture = _picture()
    picture.file = get_test_image_file(filename="new.png", colour="red")
    picture.save()


def swap_picture_by_update(s: Scene) -> None:
    new = get_image_model().objects.create(title="New", file=get_test_image_file(filename="new.png", colour="red"))
    get_image_model().objects.filter(title="A calf").update(file=new.file.name)


def swap_picture_in_storage(s: Scene) -> None:
    file = _picture().file
    with file.storage.open(file.name, "wb") as stream:
        stream.write(get_test_image_file(filename="new.png", colour="red").file.getvalue())


def rename_picture(s: Scene) -> None:
    picture = _picture()
    picture.title, picture.description = "Another leg", "Not a calf"
    picture.save()


def cut_picture(s: Scene) -> None:
    get_image_model().objects.filter(title="A calf").update(
        focal_point_x=1, focal_point_y=1, focal_point_width=2, focal_point_height=2
    )


def delete_picture(s: Scene) -> None:
    _picture().delete()
