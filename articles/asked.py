"""What the review asks of each kind of page, as data: how much a change can matter, and what the ledger shows in full.

A change is of class *safety* when it touches urgency, numbers, units, negations, contraindications, conditions or
sources. Places that can only hold such things are not named here: what is not named is of that class. Places named
here hold claims (*clinical*) or help readers to find their way (*wording*); a change in them is raised to *safety*
when its words say so (`review.words`).
"""

from review.enums import ChangeClass

CLINICAL, WORDING, SAFETY = ChangeClass.CLINICAL, ChangeClass.WORDING, ChangeClass.SAFETY
Classes = dict[str, ChangeClass]


def _all(change_class: ChangeClass, places: str) -> Classes:
    return dict.fromkeys(places.split(), change_class)


EVERY: Classes = {"search_words": WORDING}
SECTION = EVERY | {"intro": WORDING}
HOME = EVERY | {"standfirst": WORDING}
SERVICES = EVERY | _all(CLINICAL, "intro services.service.does services.service.examines")
INFO = EVERY | {"body": WORDING}
_GUIDE = "body.section.content"
GUIDE = (
    EVERY
    | _all(WORDING, f"opening body.section.heading {_GUIDE}.question.question {_GUIDE}.drawing.caption")
    | _all(CLINICAL, f"standfirst complaints {_GUIDE}.text.text {_GUIDE}.question.answer {_GUIDE}.causes.intro")
    | _all(CLINICAL, f"{_GUIDE}.causes.groups.intro {_GUIDE}.places.places.feels {_GUIDE}.places.places.also")
    | _all(CLINICAL, f"{_GUIDE}.techniques.intro")
)
CAUSE = (
    EVERY
    | _all(WORDING, "mechanism.chain.title")
    | _all(CLINICAL, "medical_name group rank complaints summary features time_of_day pregnancy_stage")
    | _all(CLINICAL, "mechanism.chain.links.cause mechanism.chain.links.effect at_risk.risk.text extra_signs.sign.text")
)
TECHNIQUE = (
    EVERY
    | _all(WORDING, "variants.variant.title")
    | _all(CLINICAL, "actions summary complaints posture helper evidence")
    | _all(CLINICAL, "steps.step.text steps.step.hint variants.variant.text variants.variant.note")
)
CLAIM = EVERY | _all(CLINICAL, "often_said statement why advice strengths")
# What a source says is quoted elsewhere; which work it is, and which edition, is of class safety.
SOURCE = EVERY | {"what_it_covers": CLINICAL, "note": WORDING}
TERM = EVERY | {"mistranslations": WORDING} | _all(CLINICAL, "medical_term definition translations")
BODY_SITE = EVERY | {"description": CLINICAL}
# Signs, rules and contraindications decide how urgent something is, by their titles too.
RULING = EVERY | {"title": SAFETY}
FINDING = RULING | {"how_to_check": CLINICAL}


def shown(places: str) -> frozenset[str]:
    """Return fields whose every sentence readers find on the page, with the title."""
    return frozenset({"title", *places.split()})


SHOWN_SECTION = shown("intro")
SHOWN_HOME = shown("standfirst emergency") - {"title"}
SHOWN_SERVICES = shown("intro place emergency_number urgent_number services")
SHOWN_INFO = shown("body")
SHOWN_GUIDE = shown("standfirst opening")
SHOWN_CAUSE = shown("medical_name summary features at_risk avoid audience_variants course")
SHOWN_TECHNIQUE = shown("summary steps preconditions stop_if posture helper sensation intensity evidence")
SHOWN_CLAIM = shown("often_said statement why advice strengths")
SHOWN_SOURCE = shown("organisation authors published_in what_it_covers")
SHOWN_TERM = shown("medical_term definition")
SHOWN_FINDING = shown("definition how_to_check")
SHOWN_BODY_SITE = shown("description")
SHOWN_CONTRAINDICATION = shown("why what_to_do")
SHOWN_CARE_RULE = shown("why while_waiting examined")

Question = tuple[str, str, str, str]
# Besides the questions for every page: key, topic, question, guidance.
QUESTIONS: dict[str, list[Question]] = {
    "care-rule": [
        ("rule-urgent-enough", "Red flags", "Is the time limit short enough for the worst case that fits the signs?",
         "Compare with the cited guideline. If two levels are possible, the more urgent one is right."),
        ("rule-signs-complete", "Red flags", "Do the conditions catch everybody the rule is meant for?",
         "People with less feeling, pregnant people, people who cannot see their calf. “Not sure” counts as “yes”."),
    ],
    "contraindication": [
        ("danger-forbids-enough", "Contraindications", "Does every technique that could do harm here name this danger?",
         "Look at the list of what it forbids, and at the techniques that are not on it."),
    ],
    "technique": [
        ("technique-forbidden", "Contraindications", "Is everything named that must be ruled out before this is done?",
         "A clot, poor blood flow, infection, a tear, numb skin, pregnancy, medicines that interact."),
        ("technique-amounts", "Dose", "Does each amount have its unit, and is the upper end safe for everybody?",
         "Time, temperature, force, how often, and when to stop."),
    ],
    "claim": [
        ("claim-verdict", "Evidence", "Does the verdict say what the best evidence says, no more and no less?",
         "A single small study, an animal study or an opinion is not “confirmed”."),
    ],
    "source": [
        ("source-edition", "Evidence", "Is this the current edition, and has nothing been withdrawn?",
         "Open it. Note the day."),
    ],
    "protocol": [
        ("protocol-red-lines", "Red flags", "Do the red lines name every result that this check must never give?",
         "Try the worst case of each cause yourself."),
    ],
}  # fmt: skip
