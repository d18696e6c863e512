"""Small protocols for the tests: one written by hand, and a strategy for thousands of random ones."""

import copy

from hypothesis import strategies as st

LEVELS = [
    {
        "key": "emergency_now",
        "rank": 4,
        "label": "Call an ambulance now",
        "action": "Call an ambulance now.",
        "not_sure": "ed_now",
        "not_sure_specialties": ["emergency"],
        "stops": "at_once",
        "safety_net": "Stay where you are.",
    },
    {
        "key": "ed_now",
        "rank": 3,
        "label": "Go to an emergency department now",
        "not_sure": "same_day",
        "stops": "when_settled",
        "safety_net": "Call if it gets worse.",
    },
    {"key": "same_day", "rank": 2, "label": "Be seen today", "not_sure": "same_day", "safety_net": "Come back."},
    {"key": "routine", "rank": 1, "label": "See a doctor", "not_sure": "routine", "safety_net": "Come back."},
    {"key": "self_care", "rank": 0, "label": "Look after it", "not_sure": "self_care", "safety_net": "Come back."},
]


def finding(key, polarity="warning", **more):
    return {"key": key, "label": key.title(), "statement": f"you have {key}", "polarity": polarity, **more}


def option(key, *sets, **more):
    return {"key": key, "label": key.title(), "sets": list(sets), **more}


def question(key, *options, kind="multi", stage="rest", **more):
    return {
        "key": key,
        "text": f"{key}?",
        "why": "It matters.",
        "kind": kind,
        "stage": stage,
        "options": list(options),
        **more,
    }


def rule(code, disposition, *needs, **more):
    return {
        "code": code,
        "disposition": disposition,
        "title": code,
        "action": "Act.",
        "why": "Because.",
        "specialties": ["gp"],
        "url": f"/care/{code.lower()}/",
        "conditions": [{"words": f"you have {code}", "needs": list(needs)}],
        **more,
    }


def module(code, *blocks, actions=()):
    return {
        "code": code,
        "title": code,
        "actions": list(actions),
        "url": f"/relief/{code.lower()}/",
        "blocks": [{"block": block, "reason": "It could harm you."} for block in blocks],
    }


def block(code, *needs, **more):
    return {"code": code, "title": code, "conditions": [{"words": code, "needs": list(needs)}], **more}


LEG = {
    "format": 1,
    "key": "leg",
    "title": "A sore leg",
    "findings": [
        finding("child"),
        finding("breathless", urgent_as="emergency_now"),
        finding("weak"),
        finding("back", "context"),
        finding("dark", urgent_as="ed_now"),
        finding("injury", "context"),
        finding("swollen", urgent_as="same_day"),
        finding("sore_one"),
        finding("clot", clot_risk=True),
        finding("late"),
        finding("sport", "context"),
    ],
    "questions": [
        question("age", option("young", "child"), option("adult"), kind="single", stage="scope"),
        question("now", option("breathless", "breathless"), option("weak", "weak"), stage="emergency"),
        question(
            "back",
            option("yes", "back"),
            option("no"),
            kind="single",
            stage="emergency",
            ask_if=[{"needs": [["weak"]]}],
            skip_means="cannot_apply",
        ),
        question("pee", option("yes", "dark"), option("no"), kind="single", stage="emergency"),
        question("swell", option("yes", "swollen"), option("no"), kind="single"),
        question("leg", option("injury", "injury"), option("sore_one", "sore_one"), option("sport", "sport")),
        question("clot", option("clot", "clot"), ask_if=[{"needs": [["sore_one"]]}], skip_means="cannot_apply"),
        question(
            "weeks",
            kind="number",
            number={"unit": "weeks", "min": 0, "max": 42, "cuts": [{"at_least": 20, "sets": ["late"]}]},
        ),
    ],
    "rules": [
        rule("R1", "emergency_now", ["breathless"]),
        rule("R2", "emergency_now", ["weak"], {"findings": ["back"], "present": False}),
        rule("R3", "ed_now", ["dark"]),
        rule("R4", "same_day", ["swollen"]),
        rule("R5", "same_day", ["sore_one"], ["clot"], {"findings": ["injury"], "present": False}),
        rule("R6", "same_day", ["child"]),
        rule("R7", "routine", ["sore_one"], {"findings": ["injury", "sport"], "present": False}, within_days=3),
        rule("R8", "routine", ["late"], within_days=14),
        rule("R9", "self_care", ["sport"], review_days=7),
        rule("R10", "routine", ["back"], within_days=14),
    ],
    "blocks": [
        block("G-DVT", ["swollen"]),
        block("G-TEAR", ["injury"]),
        {"code": "G-ED", "title": "Urgent", "conditions": [], "dispositions": ["ed_now", "emergency_now"]},
    ],
    "modules": [
        module("M-WAIT"),
        module("M-MASSAGE", "G-DVT", "G-TEAR", "G-ED", actions=["massage"]),
        module("M-COLD", "G-DVT", "G-ED", actions=["cold"]),
    ],
    "advice": {
        "emergency_now": ["M-WAIT"],
        "ed_now": ["M-WAIT"],
        "same_day": ["M-WAIT", "M-COLD"],
        "routine": ["M-WAIT", "M-MASSAGE", "M-COLD"],
        "self_care": ["M-WAIT", "M-MASSAGE", "M-COLD"],
    },
    "unfinished": ["M-WAIT"],
    "dispositions": LEVELS,
    "default": {
        "code": "DEFAULT",
        "disposition": "self_care",
        "review_days": 7,
        "title": "No warning sign",
        "specialties": ["gp"],
        "url": "/care/",
    },
    "mitigating": [
        {"finding": "back", "lowers": "emergency_now"},
        {"finding": "injury", "lowers": "same_day"},
        {"finding": "sport", "lowers": "routine"},
    ],
    "red_lines": [{"action": "massage", "block": "G-DVT"}],
    "minimum": [{"block": "G-DVT", "findings": ["swollen"]}],
    "limits": {"max_questions": 8},
    "safety_net": "Get help if it gets worse.",
}


def leg():
    return copy.deepcopy(LEG)


CALM = {
    "age": "adult",
    "now": ["none"],
    "back": "no",
    "pee": "no",
    "swell": "no",
    "leg": ["none"],
    "clot": ["none"],
    "weeks": 5,
}


def said(**answers):
    return {**CALM, **answers}


@st.composite
def needs(draw, keys, *, positive=True):
    first = [draw(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True))] if positive else []
    more = draw(
        st.lists(
            st.tuples(st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True), st.booleans()), max_size=2
        )
    )
    return {"words": "so", "needs": first + [{"findings": found, "present": present} for found, present in more]}


@st.composite
def random_question(draw, number, stage, mine, earlier):
    kind = draw(st.sampled_from(["multi", "single", "number"]))
    made = question(f"q{number}", kind=kind, stage=stage, allow_unsure=draw(st.sampled_from([True, True, False])))
    if kind == "number":
        cut = draw(st.sampled_from(["at_least", "below"]))
        made["number"] = {
            "unit": "days",
            "min": 0,
            "max": 9,
            "cuts": [{cut: 1 + i * 4, "sets": [key]} for i, key in enumerate(mine[:2])],
        }
    elif kind == "single":
        made["options"] = [option(f"o{i}", key) for i, key in enumerate(mine)] + [option("no")]
        if draw(st.booleans()):
            made["options"].append(option("maybe", unknown=[mine[0]]))
        if draw(st.booleans()):
            made["unsure_sets"] = [mine[0]]
    else:
        made["options"] = [option(f"o{i}", key) for i, key in enumerate(mine)]
    if earlier and draw(st.sampled_from([True, False, False])):
        made["ask_if"] = draw(st.lists(needs(earlier), min_size=1, max_size=2))
        made["skip_means"] = draw(st.sampled_from(["unknown", "cannot_apply"]))
    return made


@st.composite
def protocols(draw, most=5):
    keys = [f"f{i}" for i in range(draw(st.integers(2, 8)))]
    count = draw(st.integers(1, most))
    stages = sorted(draw(st.lists(st.sampled_from([0, 1, 2]), min_size=count, max_size=count)))
    questions, asked = [], []
    for number, stage in enumerate(stages):
        mine = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True))
        questions.append(draw(random_question(number, ("scope", "emergency", "rest")[stage], mine, sorted(asked))))
        # a number question takes two findings at most; only what is really asked can be named later
        asked = sorted({*asked, *(mine[:2] if questions[-1]["kind"] == "number" else mine)})
    levels = [item["key"] for item in LEVELS]
    rules = []
    for number in range(draw(st.integers(1, 6))):
        level = draw(st.sampled_from(levels))
        made = rule(f"R{number}", level, mode=draw(st.sampled_from(["any", "any", "all"])))
        made["conditions"] = draw(st.lists(needs(keys), min_size=1, max_size=2))
        if level == "routine":
            made["within_days"] = draw(st.sampled_from([2, 7, 14]))
        rules.append(made)
    blocks = [
        {
            **block(f"G{number}"),
            "mode": draw(st.sampled_from(["any", "all"])),
            "conditions": draw(st.lists(needs(keys, positive=False), min_size=1, max_size=2).filter(full)),
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    made = leg()
    made.update(
        findings=[finding(key) for key in keys],
        questions=questions,
        rules=rules,
        blocks=blocks,
        mitigating=[],
        red_lines=[],
        minimum=[],
    )
    made["modules"] = [module("M-WAIT")] + [module(f"M{i}", item["code"]) for i, item in enumerate(blocks)]
    codes = [item["code"] for item in made["modules"]]
    made["advice"] = dict.fromkeys(levels, codes)
    return made


def full(conditions):
    return all(condition["needs"] for condition in conditions)


def tokens(asked):
    keys = [item["key"] for item in asked["options"]]
    choices = [[], ["none"]] + [[key] for key in keys] + [["unsure"], ["some"], keys, [*keys[:1], "unsure"]]
    choices += [[f"?{key}"] for key in keys]
    return [item for item in choices if item]


def answer_to(asked):
    if asked["kind"] == "multi":
        return st.sampled_from(tokens(asked))
    if asked["kind"] == "number":
        return st.one_of(st.integers(-1, 10), st.just("unsure"))
    return st.sampled_from([item["key"] for item in asked["options"]] + ["unsure", "nonsense"])


@st.composite
def cases(draw, most=5):
    """A protocol and answers, of which some may be missing or not fit."""
    source = draw(protocols(most))
    answers = {
        asked["key"]: draw(answer_to(asked))
        for asked in source["questions"]
        if draw(st.sampled_from([True, True, True, True, True, False]))
    }
    return source, answers
