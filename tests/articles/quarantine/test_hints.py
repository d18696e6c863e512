"""Each rule on sentences made for it: what it notices, and what it leaves alone. None is from a raw text."""

import pytest

from articles.quarantine.hints import HintKind, Told, hints
from articles.quarantine.segments import pieces
from articles.quarantine.vocabulary import BODY, Checked, Relief, Vocabulary

KNOWN = Vocabulary(
    words=frozenset("calm tendon wrist".split()), body=BODY,
    complaints=frozenset(("pain", "ache", "cramp", "soreness")),
    mistranslated=(("tennis arm knot", "tennis elbow"), ("tiptoe", "standing on tiptoe")),
    reliefs=(
        Relief("Light rubbing", frozenset(("massage",)), frozenset(("massage",)), ("A clot is not ruled out",), (), "",
               True),
        Relief("Warmth", frozenset(("warmth",)), frozenset(("heat",)), ("The skin is numb",), ("each time 15 minutes",),
               "Cold pack", False),
    ),
    checked=(
        Checked(1, "Does cracking knuckles wear out the joint?", "Not supported",
                frozenset(("crack", "knuckl", "wear", "joint"))),
        Checked(2, "Does rest help a sprained ankle?", "Supported", frozenset(("rest", "help", "sprain", "ankl"))),
    ),
    conditions=frozenset(("mouse arm",)),
)  # fmt: skip


def noticed(text, *others, known=KNOWN):
    told = [Told(tuple(pieces(other)), known, name="Another text") for other in others]
    return hints(pieces(text), known, told)


def kinds(text, *others):
    return {hint.kind for hint in noticed(text, *others)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The elbow gets tendonrosis.", HintKind.WORD),
        ("The elbow is stiffIt hurts at night.", HintKind.CUT),
        ("The bronchitis softens it.", HintKind.TERM),
        ("The banana muscle bends the elbow.", HintKind.TERM),
        ("Pain of a tennis arm knot is common.", HintKind.TERM),
        ("Almost elbow that hurts.", HintKind.TERM),
        ("The arm feels bitter after work.", HintKind.TERM),
        ("The spongy ache goes away.", HintKind.TERM),
        ("▶ The recital of elbow pain", HintKind.TERM),
        ("Rest the the elbow.", HintKind.TWICE),
        ("Rest: Rest: it helps.", HintKind.TWICE),
        ("The joints of the joints hurt.", HintKind.TWICE),
        ("Racket such as racket sports.", HintKind.TWICE),
        ("Lift it with both hands for ten minutes, or lift it with both hands for ten minutes.", HintKind.TWICE),
        ("The swelling of the elbow is caused by the elbow.", HintKind.TWICE),
        ("Typing strains the arm to strain it.", HintKind.TWICE),
        ("Swim the lake or do not swim.", HintKind.NEGATION),
        ("Bend it and at the same time slowly the wrist.", HintKind.LOST),
        ("If the elbow is, go home.", HintKind.LOST),
        ("You do not need go to a doctor.", HintKind.NEGATION),
        ("Tell the nurse her was stung.", HintKind.PERSON),
        ("He puts her cushion on the chair.", HintKind.PERSON),
        ("Keep it in a moist, dry place.", HintKind.NEGATION),
        ("The painful of the elbow goes away.", HintKind.LOST),
        ("The elbow bends the joint of the elbow joint.", HintKind.TWICE),
        ("The swelling is sexy.", HintKind.TERM),
        ("Rest the arm when the patient.", HintKind.CUT),
        ("The \u0435lbow is stiff.", HintKind.WORD),
        ("The el\u200bbow is stiff.", HintKind.WORD),
        ("▶ Which room should the elbow paint?", HintKind.LOST),
        ("It heals by itself in three weeks.\nIf it is worse, see a doctor immediately.", HintKind.CONTRADICTION),
        ("Mouse arm is common in painters.\nRacket sports lead to mouse arm.", HintKind.CONTRADICTION),
        ("You should carry a heavy bag close to you.\nYou should not carry a heavy bag close to you.",
         HintKind.NEGATION),
        ("Most sprains of the elbow heal within two weeks.\nMost springs of the elbow heal within two weeks.",
         HintKind.TWICE),
        ("The arm gets weak. Or clumsy.", HintKind.CUT),
        ("It heals with the help of", HintKind.CUT),
        ("It is not only the elbow.", HintKind.CUT),
        ("There are two causes:\n1. Work.\n2. Sport.\n3. Age.", HintKind.COUNT),
        ("Where should the elbow pain?", HintKind.LOST),
        ("Do not lift before the reason.", HintKind.LOST),
        ("It can cause lung function.", HintKind.LOST),
        ("Wrap it first and then put the sling on.", HintKind.LOST),
        ("Punch the elbow towards the wall.", HintKind.TERM),
        ("After excess elbow it is sore.", HintKind.LOST),
        ("This is the doctor of elbow.", HintKind.LOST),
        ("Cartilage is easy to wear and fracture when you age.", HintKind.LOST),
        ("If the woman is tired, he rests.", HintKind.PERSON),
        ("The arm is paralysed by long typing.", HintKind.GRAVE),
        ("Young patients occur after work.", HintKind.LOST),
        ("When much inflammation, the elbow is red.", HintKind.LOST),
        ("You should rest frequently.", HintKind.VAGUE),
        ("You can massage the elbow.", HintKind.CONDITION),
        ("Pregnant women often ask. In pregnancy you can massage the elbow.", HintKind.CONTRADICTION),
        ("Take a hot bath to relax.", HintKind.CONTRADICTION),
        ("Cracking the knuckles will wear the joint.", HintKind.CONTRADICTION),
        ("Running may help the knee.\nRunning too much can cause knee pain.", HintKind.CONTRADICTION),
    ],
)  # fmt: skip
def test_what_is_noticed(text, kind):
    found = [hint for hint in noticed(text) if hint.kind == kind]

    assert found
    assert all(text[hint.start : hint.end].strip() and hint.why.endswith((".", "?")) for hint in found)


@pytest.mark.parametrize(
    "text",
    [
        "Rest the elbow for two days, and then move it gently.",
        "Step by step it gets better and better, again and again.",
        "Massage: massage is not for you if a clot was not ruled out.",
        "Do not massage the elbow.",
        "Should the elbow be swollen, see a doctor today.",
        "It can cause lung disease.",
        "It eases after the cold pack; then put warmth on it for 15 minutes.",
        "There are two causes:\n1. Work strains the arm.\n2. Sport strains it, too.",
        "These two causes are common:\n1. Work strains it.\n2. Sport strains it.\n3. Age wears it.",
        "Rest helps a sprained ankle.",
        "She asked the doctor, and he looked at the woman’s arm.",
        "If the arm is paralysed, call an ambulance.",
        "It is not only the elbow but also the wrist.",
        "The pain runs from shoulder to wrist, and you may stand on tiptoe.",
        "Bend the elbow slowly, then lower the arm gently.",
        "Rest it as it is, and stay where you are.",
        "You do not need to go to a doctor.",
        "Many of them have pain.",
        "It is wet or dry, hot and cold.",
        "▶ When should the elbow be bent?",
        "It heals by itself in three weeks.\nDo not wait if it is worse: see a doctor immediately.",
        "It heals by itself in three weeks.\n▶ A deep cut\nSee a doctor immediately.",
        "Mouse arm is common in painters. Racket sports lead to mouse arm.",
    ],
)
def test_what_is_left_alone(text):
    assert noticed(text) == []


def test_other_texts_are_compared_with():
    against = "It is best not to massage the elbow before the cause is known."
    order = "Use a cold pack, then a hot towel."

    (hint,) = [h for h in noticed("You can massage the elbow.", against) if h.kind == HintKind.CONTRADICTION]
    assert "“Another text” says: “It is best not to massage" in hint.why
    found = [h.why for h in noticed("Use a hot towel to relax.", order) if h.kind == HintKind.CONTRADICTION]
    assert any("“Another text” gives this only after something else" in why for why in found)
