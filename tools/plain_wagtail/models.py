"""A guide as one would begin it: a StreamField with what our guide has."""

from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page


class PlainPart(Page):
    """A source, a technique or a care rule, chosen by guides."""

    summary = RichTextField(blank=True)
    content_panels = [*Page.content_panels, FieldPanel("summary")]


class PlainGuide(Page):
    """A guide."""

    body = StreamField(
        [
            ("heading", blocks.CharBlock()),
            ("text", blocks.RichTextBlock()),
            ("figure", ImageChooserBlock()),
            ("part", blocks.PageChooserBlock(page_type=PlainPart)),
        ]
    )
    content_panels = [*Page.content_panels, FieldPanel("body")]
