"""The blocks a guide is built from, in the order an editor works."""

from collections import Counter

from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from articles import enums
from articles.blocks import previews
from articles.blocks.base import (
    AudienceTextBlock,
    CheckedStructBlock,
    CitationsBlock,
    DrawingChoice,
    ProseBlock,
    choice,
)
from articles.blocks.knowledge import ReferralBlock
from articles.blocks.references import RefBlock


class TextBlock(blocks.StructBlock):
    """Paragraphs with their sources."""

    text = ProseBlock()
    citations = CitationsBlock()

    class Meta:
        icon = "pilcrow"
        label = "Text"
        template = "blocks/text.html"
        preview_value = {"text": "<p>Most sore calves get better within a week.</p>"}
        description = "Paragraphs and short lists, with the sources they rest on."


class ClaimRefBlock(blocks.StructBlock):
    """A checked statement with how certain it is."""

    claim = RefBlock("articles.ClaimPage")

    class Meta:
        icon = "openquote"
        label = "Claim"
        template = "blocks/claim.html"
        description = "A belief that was checked: what can be said, and how sure we are."
        preview_value = staticmethod(previews.claim)


class CareCardBlock(CheckedStructBlock):
    """One card made of one or more care rules of the same urgency."""

    rules = blocks.ListBlock(RefBlock("articles.CareRulePage"), min_num=1)

    class Meta:
        icon = "warning"
        label = "Care card"
        template = "blocks/care_card.html"
        description = "Who must be seen, how soon, and why. The words come from the care rules, never from here."
        preview_value = staticmethod(previews.care_card)

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """A card has one urgency and says any or all in words."""
        rules = [rule for rule in value["rules"] if rule]
        if len({(rule.specific.disposition, rule.specific.within_days) for rule in rules}) > 1:
            return {"rules": "A card has one urgency: these rules have different ones. Make one card for each."}
        if len(rules) > 1 and any(rule.specific.mode == enums.Mode.ALL for rule in rules):
            return {"rules": "A rule that needs all of its conditions gets a card of its own."}
        if any(not rule.specific.mode for rule in rules):
            return {"rules": "A rule does not say whether any one or all of its conditions must hold."}
        return {}


class CauseGroupBlock(blocks.StructBlock):
    """Causes of one family."""

    group = choice(enums.CauseGroup)
    rank = choice(enums.Rank, default=enums.Rank.OTHER)
    intro = blocks.TextBlock(required=False, rows=2)
    causes = blocks.ListBlock(RefBlock("articles.CausePage"), min_num=1)

    class Meta:
        icon = "folder-open-inverse"
        label = "Group of causes"
        description = "Causes of one family, such as muscles or veins, main or other."


class CausesBlock(CheckedStructBlock):
    """Causes by group; the number that is stated is checked against the list."""

    stated_number = blocks.IntegerBlock(min_value=1, help_text="How many causes the text says there are.")
    intro = blocks.TextBlock(required=False, rows=2)
    groups = blocks.ListBlock(CauseGroupBlock(), min_num=1)

    class Meta:
        icon = "list-ul"
        label = "Causes by group"
        template = "blocks/causes.html"
        description = "What it can be, by family. The number you state must be the number you list."
        preview_value = staticmethod(previews.causes)

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """The number agrees with the list and no cause stands in it twice."""
        listed = [cause.pk for group in value["groups"] for cause in group["causes"] if cause]
        twice = [pk for pk, count in Counter(listed).items() if count > 1]
        if twice:
            return {"groups": "A cause is listed twice."}
        if len(listed) != value["stated_number"]:
            return {"stated_number": f"The text says {value['stated_number']} causes, but the list has {len(listed)}."}
        return {}


class PlaceBlock(blocks.StructBlock):
    """What pain in one place can mean."""

    site = RefBlock("articles.BodySitePage")
    feels = blocks.TextBlock(rows=2, help_text="What people feel there.")
    causes = blocks.ListBlock(RefBlock("articles.CausePage"), min_num=1)
    also = blocks.CharBlock(required=False, max_length=250, help_text="A further sign that points there.")

    class Meta:
        icon = "site"
        label = "Place"
        description = "One place on the leg: what is felt there, and what it can be."


class PlacesBlock(blocks.StructBlock):
    """A comparison of places."""

    places = blocks.ListBlock(PlaceBlock(), min_num=2)

    class Meta:
        icon = "table"
        label = "Places compared"
        template = "blocks/places.html"
        description = "Where it hurts, side by side: what it feels like and what it can be."
        preview_value = staticmethod(previews.places)


class WhoToSeeBlock(blocks.StructBlock):
    """Who to see first when nothing is urgent, and where the way goes from there."""

    urgent_first = blocks.TextBlock(rows=2, help_text="Said before anything else: when this list does not apply.")
    first = choice(enums.Specialty)
    why = ProseBlock()
    examined = blocks.TextBlock(rows=2, help_text="What will be looked at, and what that cannot show.")
    steps = blocks.ListBlock(ReferralBlock(), default=[])
    citations = CitationsBlock()

    class Meta:
        icon = "user"
        label = "Who to see"
        template = "blocks/who_to_see.html"
        description = "The first stop and the referrals after it, in order."
        preview_value = staticmethod(previews.who_to_see)


class CourseBlock(CheckedStructBlock):
    """How it usually goes, with its time limit as a number."""

    text = ProseBlock()
    low_days = blocks.IntegerBlock(required=False, min_value=0)
    high_days = blocks.IntegerBlock(min_value=1, help_text="After so many days it is no longer the usual course.")
    after = RefBlock("articles.CareRulePage", help_text="The care rule that takes over then.")
    citations = CitationsBlock()

    class Meta:
        icon = "history"
        label = "Expected course"
        template = "blocks/course.html"
        description = "How long it usually takes, and what to do when it takes longer."
        preview_value = staticmethod(previews.course)

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """Days run upwards."""
        if value["low_days"] is not None and value["low_days"] > value["high_days"]:
            return {"high_days": "The days run backwards."}
        return {}


class TechniqueItemBlock(blocks.StructBlock):
    """A technique as it is used here; conditions can be added, none can be dropped."""

    technique = RefBlock("articles.TechniquePage")
    add = blocks.CharBlock(required=False, max_length=250, help_text="A further condition that holds on this page.")
    note = blocks.CharBlock(required=False, max_length=300)

    class Meta:
        icon = "pick"
        label = "Technique"
        description = "One technique as it is used on this page. You can add a condition, never drop one."


class TechniquesBlock(CheckedStructBlock):
    """A set of techniques; the number that is stated is checked."""

    stated_number = blocks.IntegerBlock(min_value=1, help_text="How many techniques the text says there are.")
    intro = blocks.TextBlock(required=False, rows=2)
    items = blocks.ListBlock(TechniqueItemBlock(), min_num=1)

    class Meta:
        icon = "pick"
        label = "Techniques"
        template = "blocks/techniques.html"
        description = "What you can do, with steps, amounts and the conditions under which it must be left alone."
        preview_value = staticmethod(previews.techniques)

    def faults(self, value: blocks.StructValue) -> dict[str, str]:
        """The number agrees with the list."""
        count = len(value["items"])
        if count != value["stated_number"]:
            return {"stated_number": f"The text says {value['stated_number']} techniques, but the list has {count}."}
        return {}


class DontBlock(blocks.StructBlock):
    """Something to avoid, why, and what to do instead."""

    avoid = blocks.CharBlock(max_length=200, help_text="Completes 'Do not …'.")
    why = blocks.CharBlock(max_length=300)
    instead = blocks.CharBlock(max_length=300)

    class Meta:
        icon = "cross"
        label = "Do not"
        description = "One thing to leave, why, and what to do instead."


class DosDontsBlock(blocks.StructBlock):
    """What to do and what to leave."""

    dos = blocks.ListBlock(blocks.CharBlock(max_length=250), min_num=1)
    donts = blocks.ListBlock(DontBlock(), min_num=1)
    citations = CitationsBlock()

    class Meta:
        icon = "tasks"
        label = "Do and do not"
        template = "blocks/dos_donts.html"
        description = "Two lists; each thing to avoid has its reason and what to do instead."
        preview_value = previews.DOS_DONTS


class QuestionBlock(blocks.StructBlock):
    """A reader's question and its answer."""

    question = blocks.CharBlock(max_length=200)
    answer = ProseBlock()
    citations = CitationsBlock()

    class Meta:
        icon = "help"
        label = "Reader's question"
        template = "blocks/question.html"
        description = "A question in a reader's own words, and a straight answer."
        preview_value = previews.QUESTION


class AudienceBlock(blocks.StructBlock):
    """What differs for some readers."""

    variants = blocks.ListBlock(AudienceTextBlock(), min_num=1)
    citations = CitationsBlock()

    class Meta:
        icon = "group"
        label = "For some readers"
        template = "blocks/audience.html"
        description = "What is different if you are pregnant, have diabetes, take a blood thinner …"
        preview_value = previews.AUDIENCE


class DrawingBlock(blocks.StructBlock):
    """A drawing that ships with the site."""

    name = DrawingChoice()
    caption = blocks.CharBlock(required=False, max_length=250)

    class Meta:
        icon = "image"
        label = "Drawing"
        template = "blocks/drawing.html"
        description = "A drawing of a place on the leg or of an exercise."
        preview_value = previews.DRAWING


class PictureBlock(blocks.StructBlock):
    """An uploaded picture; its bytes, its alternative text and its caption are signed with the page."""

    picture = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=250)
    credit = blocks.CharBlock(max_length=200, help_text="Who made it, and by which licence or consent it may be shown.")

    class Meta:
        icon = "image"
        label = "Picture"
        template = "blocks/picture.html"
        description = "A photo or figure of your own, with words for those who do not see it and with its origin."
        preview_value = staticmethod(previews.picture)


class ContentBlock(blocks.StreamBlock):
    """What can stand in a section."""

    text = TextBlock(group="Words")
    question = QuestionBlock(group="Words")
    claim = ClaimRefBlock(group="Words")
    audience = AudienceBlock(group="Words")
    drawing = DrawingBlock(group="Words")
    picture = PictureBlock(group="Words")
    care_card = CareCardBlock(group="Safety")
    dos_donts = DosDontsBlock(group="Safety")
    causes = CausesBlock(group="Knowledge")
    places = PlacesBlock(group="Knowledge")
    course = CourseBlock(group="Knowledge")
    who_to_see = WhoToSeeBlock(group="Knowledge")
    techniques = TechniquesBlock(group="Relief")

    class Meta:
        label = "Content"
        icon = "list-ul"
        description = "What answers the question of a section."


class SectionBlock(blocks.StructBlock):
    """One question and what answers it."""

    heading = blocks.CharBlock(max_length=120, help_text="A question as a reader would ask it.")
    content = ContentBlock(min_num=1)

    class Meta:
        icon = "title"
        label = "Section"
        template = "blocks/section.html"
        description = "A heading, best as a question, and the blocks that answer it."
        preview_value = staticmethod(previews.section)
