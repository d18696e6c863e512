"""The form of a translation: each part beside its source, with what the checks say and room for a reason."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail.admin.panels import FieldPanel

from articles.translations.checks import findings
from articles.translations.parts import parts_of
from articles.translations.state import states
from review.models.page import ReviewedPageForm
from review.words import one_line_end, readable


class TextsWidget(forms.Widget):
    """All parts of the source, each with a field for its words in the other language."""

    page: Any = None

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the table."""
        return render_to_string("editing/translation.html", {"name": name, "rows": list(self._rows(name))})

    def _rows(self, prefix: str) -> Any:
        from articles.translations.problems import glossary  # noqa: PLC0415  # it reads models, which need this form

        page = self.page
        if not page.source_id:
            return
        parts, terms = parts_of(page.source_page), glossary(page.language)
        found = states(parts, page, type(page.source_page))
        for number, part in enumerate(parts):
            texts = [
                {
                    "field": f"{prefix}-{number}-{name}",
                    "source": readable(source),
                    "text": page.text(part.key, name),
                    "said": findings(source, page.text(part.key, name), terms, rich=name in part.rich)
                    if page.text(part.key, name)
                    else [],
                }
                for name, source in part.texts.items()
            ]
            reason = page.texts.get(part.key, {}).get("reason", "")
            place = " › ".join(part.place(type(page.source_page)))
            yield {"part": part, "place": place, "texts": texts, "state": found[part.key], "reason": reason,
                   "reason_field": f"{prefix}-{number}+reason", "mark_field": f"{prefix}-{number}+mark"}  # fmt: skip

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, Any]:
        """Return the texts as the page keeps them; a part whose words stay keeps the source it was made from."""
        made: dict[str, Any] = {}
        if not self.page.source_id:
            return made
        for number, part in enumerate(parts_of(self.page.source_page)):
            texts = {one: one_line_end(data.get(f"{name}-{number}-{one}", "")).strip() for one in part.texts}
            if not any(texts.values()):
                continue
            old, now = self.page.texts.get(part.key, {}), {"of": part.of, "mark": part.mark}
            seen = data.get(f"{name}-{number}+mark") == part.mark
            same = old.get("texts") == texts and not data.get(f"{name}-{number}+again")
            kept = now if seen and not same else {key: old[key] for key in now if key in old} or now
            made[part.key] = kept | {"texts": texts, "reason": data.get(f"{name}-{number}+reason", "").strip()}
        return made

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether the form was sent without this table."""
        return not any(key.startswith(f"{name}-") for key in data)


class TextsField(forms.Field):
    """Takes what the widget read as it is; the page itself says what is wrong with it."""

    widget = TextsWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether any text is another one."""
        return initial != data


class TranslationForm(ReviewedPageForm):
    """The form of a translation; its title is the translated one."""

    texts = TextsField(required=False, label="Parts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "texts" in self.fields:
            self.fields["texts"].widget.page = self.instance

    def clean(self) -> dict[str, Any]:
        """Take the title over from the parts."""
        cleaned = super().clean()
        if title := cleaned.get("texts", {}).get("title", {}).get("texts", {}).get(""):
            cleaned["title"] = title
        return cleaned


class TextsPanel(FieldPanel):
    """The table of parts."""
