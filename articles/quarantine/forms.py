"""What editors fill in: a raw text, and what they decide about its claims."""

from typing import Any

from django import forms

from articles.models import ClaimDecision, ClaimPage, GarbledPassage, Ruling, SourcePage
from articles.quarantine.actions import IN_BULK, Judgement
from articles.quarantine.reading import MOST_BYTES

PASTED = "pasted.txt"


class BringInForm(forms.Form):
    """A file or pasted words, with what is known of where they come from."""

    title = forms.CharField(label="Working title", max_length=200, help_text="For editors: what the text is about.")
    language_path = forms.CharField(
        label="Language path", max_length=120,
        help_text="From which language, by what, into which: “Chinese, by machine, into English”, or “not known”.",
    )  # fmt: skip
    file = forms.FileField(
        label="File", required=False,
        help_text=f"Text, Markdown, HTML or Word (.docx), up to {MOST_BYTES // 1_000_000} MB.",
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.markdown,.html,.htm,.docx"}),
    )  # fmt: skip
    pasted = forms.CharField(
        label="Or paste the text", required=False, strip=False, max_length=MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Take one of the two: never guess which was meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("file")) == bool((cleaned.get("pasted") or "").strip()) and not self.errors:
            raise forms.ValidationError("Choose a file or paste a text: one of the two.")
        return cleaned

    def brought(self) -> tuple[bytes, str]:
        """Return the bytes and the name of what was brought; never more than the limit and one byte."""
        file = self.cleaned_data["file"]
        if file:
            return file.read(MOST_BYTES + 1), file.name
        return self.cleaned_data["pasted"].encode(), PASTED


class DecisionForm(forms.Form):
    """What somebody decides about one claim."""

    ruling = forms.ChoiceField(
        label="What holds of this claim?", choices=[choice for choice in Ruling.choices if choice[0] != "undecided"],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = forms.CharField(label="Reason", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.ModelChoiceField(SourcePage.objects.order_by("title"), label="Source", required=False)
    place = forms.CharField(label="Place in the source", required=False, max_length=250)
    claim_page = forms.ModelChoiceField(
        ClaimPage.objects.order_by("title"), label="Claim page that holds it", required=False
    )
    probably_meant = forms.CharField(label="Probably meant", required=False, max_length=250)
    confidence = forms.ChoiceField(
        label="How sure", required=False, choices=[("", "—"), *GarbledPassage.Confidence.choices]
    )

    @classmethod
    def values_of(cls, said: ClaimDecision) -> dict[str, Any]:
        """Return what somebody said, for saying the same of another claim; what was meant there is not meant here."""
        return {name: getattr(said, name) for name in ("ruling", "reason", "source", "place", "claim_page")}

    def judgement(self) -> Judgement:
        """Return what was filled in."""
        return Judgement(**self.cleaned_data)


class ReopenForm(forms.Form):
    """Why a claim is open again."""

    reason = forms.CharField(label="Why is it open again?", max_length=2000)


class BulkForm(forms.Form):
    """One decision about several claims; none that lets a claim into an article."""

    claims = forms.TypedMultipleChoiceField(coerce=int, required=False)
    shown = forms.BooleanField(required=False)
    ruling = forms.ChoiceField(choices=[(one.value, one.label) for one in IN_BULK])
    reason = forms.CharField(max_length=2000)

    def __init__(self, *args: Any, known: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["claims"].choices = [(pk, str(pk)) for pk in known]  # type: ignore[attr-defined]  # a choice field
