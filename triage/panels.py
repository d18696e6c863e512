"""What the editor of a protocol shows besides its fields."""

from typing import Any

from wagtail.admin.panels import Panel


class ProofPanel(Panel):
    """What is proved of the draft as it was last saved, with a person for whom it fails."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one draft."""

        template_name = "triage/admin/proof_tab.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Return what is known of the saved draft."""
            from triage.proving import panel  # noqa: PLC0415  # proving reads the model that shows this panel

            context: dict[str, Any] = super().get_context_data(parent_context)
            page = self.instance.get_latest_revision_as_object() if self.instance.pk else None
            return {**context, "page": page, "proof": panel(page) if page else {}}
