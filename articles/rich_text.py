"""Links inside rich text: read at once for the whole page, with words explained where they stand."""

from typing import Any

from wagtail import hooks
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from articles.page_notes import current_notes


class NotedPageLinkHandler(PageLinkHandler):
    """Links to our own pages; while a page is shown, without a query for each paragraph."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, Any]]) -> list[str]:
        """Return the opening tag of each link."""
        notes = current_notes()
        if notes is None:
            return super().expand_db_attributes_many(attrs_list)
        return [notes.opening_tag(int(attrs["id"])) if attrs.get("id") else "<a>" for attrs in attrs_list]


# After Wagtail's own registration, so that this handler takes the place of the stock one.
@hooks.register("register_rich_text_features", order=10)
def register_noted_links(features: FeatureRegistry) -> None:
    """Use our handler for links to pages."""
    features.register_link_type(NotedPageLinkHandler)
