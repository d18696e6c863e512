"""Where the bars of a drawing stand. Plain numbers in the units of the drawing; a template writes them down."""

from typing import NamedTuple

from portal.figures.figures import Figure

# A drawing is as wide as a telephone, so that its words are legible there; larger screens enlarge it.
WIDTH = 360
HEIGHT = 150
TOP = 18
FOOT = 34
GAP = 4
ROW, BAR = 40, 16


class Bar(NamedTuple):
    """One bar: its place, its number, its name, and which column of the table it shows."""

    x: float
    y: float
    width: float
    height: float
    number: int
    label: str
    kind: int = 0

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return round(self.x + self.width / 2, 1)


class Line(NamedTuple):
    """One line of a drawing: a name with the bars beside each other below it."""

    y: int
    label: str
    bars: tuple[Bar, ...]


class Drawing(NamedTuple):
    """A drawing of some height, of single bars or of lines of bars."""

    height: int
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    foot: int = HEIGHT - FOOT


def columns(figure: Figure) -> Drawing:
    """Return upright bars for a table of one column; the highest fills the drawing."""
    most = max((numbers[0] or 0 for _, numbers in figure.rows), default=0) or 1
    step = WIDTH / max(len(figure.rows), 1)
    room = HEIGHT - FOOT - TOP
    bars = []
    for place, (name, numbers) in enumerate(figure.rows):
        number = numbers[0] or 0
        height = round(room * number / most, 1)
        bars.append(Bar(round(place * step + GAP / 2, 1), round(TOP + room - height, 1), round(step - GAP, 1), height,
                        number, name.split(" ")[0]))  # fmt: skip
    return Drawing(HEIGHT, bars=tuple(bars))


def lines(figure: Figure) -> Drawing:
    """Return a line for each row, divided as its numbers are; numbers that are not shown take no room."""
    found = []
    for place, (name, numbers) in enumerate(figure.rows):
        total = sum(one or 0 for one in numbers)
        x, bars = 0.0, []
        for kind, number in enumerate(numbers):
            width = WIDTH * (number or 0) / total if total else 0
            if number:
                bars.append(Bar(round(x, 1), place * ROW + ROW - BAR - 4, round(width, 1), BAR, number,
                                figure.columns[kind], kind))  # fmt: skip
            x += width
        found.append(Line(place * ROW + 14, name, tuple(bars)))
    return Drawing(len(found) * ROW, lines=tuple(found))
