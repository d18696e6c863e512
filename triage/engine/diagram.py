"""The flow as a picture: questions in order, rules, urgencies; drawn from the same data as the run."""

from html import escape

from triage.engine.protocol import Protocol, Question, Rule

ROW = 30
TOP = 40
LEFT, MIDDLE, RIGHT = 10, 430, 790
WIDE, NARROW = 300, 240
LONGEST = 44
FONT = 'font-family="sans-serif" font-size="12"'


def svg(protocol: Protocol) -> str:
    """Return an SVG with three columns; every line says which question can lead to which rule."""
    rules = [*sorted(protocol.rules, key=lambda rule: -protocol.rank(rule.disposition)), protocol.default]
    levels = sorted(protocol.dispositions, key=lambda item: -item.rank)
    height = TOP + ROW * (max(len(protocol.questions), len(rules), len(levels)) + 1)
    places = {rule.code: TOP + ROW * number for number, rule in enumerate(rules)}
    heights = {level.key: _level_place(rules, places, level.key) for level in levels}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1060 {height}" role="img" {FONT}>',
        f"<title>{escape(protocol.title)}</title>",
        *(_heading(x, text) for x, text in ((LEFT, "Questions"), (MIDDLE, "Rules"), (RIGHT, "Urgency"))),
    ]
    for number, question in enumerate(protocol.questions):
        y = TOP + ROW * number
        parts += [_line(LEFT + WIDE, y, MIDDLE, places[rule.code]) for rule in rules if _leads(question, rule)]
        parts.append(_box("question", LEFT, y, WIDE, f"{number + 1}. {question.text}", dashed=bool(question.ask_if)))
    for rule in rules:
        parts.append(_line(MIDDLE + WIDE, places[rule.code], RIGHT, heights[rule.disposition]))
        parts.append(_box("rule", MIDDLE, places[rule.code], WIDE, f"{rule.code} {rule.title}", dashed=False))
    parts += [_box("level", RIGHT, heights[level.key], NARROW, level.label, dashed=False) for level in levels]
    return "".join([*parts, "</svg>"])


def _level_place(rules: list[Rule], places: dict[str, int], level: str) -> int:
    """Beside the middle of its rules; levels without a rule go to the foot."""
    mine = [places[rule.code] for rule in rules if rule.disposition == level]
    return sum(mine) // len(mine) if mine else max(places.values()) + ROW


def _leads(question: Question, rule: Rule) -> bool:
    return any(question.findings.intersection(need.findings) for one in rule.conditions for need in one.needs)


def _heading(x: int, text: str) -> str:
    return f'<text x="{x}" y="20" font-weight="bold">{text}</text>'


def _line(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path d="M{x1} {y1} C{x1 + 60} {y1} {x2 - 60} {y2} {x2} {y2}" fill="none" stroke="#767676" opacity="0.5"/>'


def _box(kind: str, x: int, y: int, width: int, text: str, *, dashed: bool) -> str:
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    return (
        f'<g class="{kind}"><title>{escape(text)}</title>'
        f'<rect x="{x}" y="{y - 12}" width="{width}" height="24" rx="4" fill="#fff" stroke="#333"{dash}/>'
        f'<text x="{x + 6}" y="{y + 4}">{escape(short)}</text></g>'
    )
