"""Forms for stories: findings are chosen from the one vocabulary, levels and advice are ticked."""

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList

from articles.blocks.conditions import finding_choices
from articles.enums import Action, Disposition
from triage.models import ProtocolPage, Story
from triage.models.story import StoryState

LIMIT = 2_000_000
FORBIDDEN = (
    "massage",
    "heat",
    "compression",
    "vigorous_stretch",
    "exercise",
    "anti_inflammatory",
    "cold",
    "supplement",
)


class StoryForm(WagtailAdminModelForm):
    """A story; it is run before a sign-off only when it is complete and active."""

    acceptable = forms.MultipleChoiceField(
        choices=Disposition.choices, required=False, widget=forms.CheckboxSelectMultiple, label="Also acceptable",
        help_text="Other levels that are not wrong either.",
    )  # fmt: skip
    must_not_advise = forms.MultipleChoiceField(
        choices=[(Action(key).value, Action(key).label) for key in FORBIDDEN], required=False,
        widget=forms.CheckboxSelectMultiple, label="Must not be advised",
    )  # fmt: skip
    state = forms.ChoiceField(
        choices=[(key, label) for key, label in StoryState.choices if key != StoryState.RETIRED],
        help_text="Only an active story is run before a sign-off.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Choose a finding"), *finding_choices()]
        for form in [*self.formsets["facts"].forms, self.formsets["facts"].empty_form]:
            form.fields["finding"] = forms.ChoiceField(choices=choices)
        self.fields["protocol"].queryset = ProtocolPage.objects.order_by("title")  # type: ignore[attr-defined]
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        """An active story says what is right, and why."""
        found = super().clean() or {}
        if found.get("state") == StoryState.ACTIVE:
            for name, words in (("gold", "Say how soon this person must be seen."), ("rationale", "Say why.")):
                if not found.get(name):
                    self.add_error(name, words)
        if found.get("gold") in (found.get("acceptable") or []):
            self.add_error("acceptable", "The right level is acceptable anyway; do not tick it again.")
        return found


STORY_PANELS = ObjectList(
    [
        FieldRowPanel([FieldPanel("code"), FieldPanel("protocol"), FieldPanel("state")]),
        FieldPanel("text"),
        InlinePanel(
            "facts", heading="What the person says", label="Finding", min_num=0,
            help_text="A finding that is not listed here is answered with no.",
            panels=[FieldRowPanel([FieldPanel("finding"), FieldPanel("state")])],
        ),
        MultiFieldPanel([FieldPanel("gold"), FieldPanel("acceptable")], heading="What is right"),
        MultiFieldPanel([FieldPanel("must_not_advise"), FieldPanel("must_mention")], heading="What the result says"),
        FieldPanel("source"),
        FieldPanel("rationale"),
    ],
    base_form_class=StoryForm,
)  # fmt: skip


class OpinionForm(forms.Form):
    """A clinician's own level for a case."""

    level = forms.ChoiceField(
        choices=Disposition.choices, widget=forms.RadioSelect, label="How soon must this person be seen?"
    )
    note = forms.CharField(max_length=300, required=False, label="Note, if you have one")


class StoryFileForm(forms.Form):
    """A file of stories to take in."""

    file = forms.FileField(label="Stories (JSON: our own form, or cases of the ITU/WHO symptom benchmark)")


class ReasonForm(forms.Form):
    """Why something may stay as it is."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 2}), max_length=1000, label="Reason")


__all__ = ["STORY_PANELS", "OpinionForm", "ReasonForm", "Story", "StoryFileForm", "StoryForm"]
