"""How grave a hazard is: the matrix of severity and likelihood that DCB0129 uses. No database, no page."""

from django.db.models import IntegerChoices


class Severity(IntegerChoices):
    """How bad it would be for the person."""

    MINOR = 1, "minor: slight harm, soon over"
    SIGNIFICANT = 2, "significant: harm that needs care, or lasting worry"
    CONSIDERABLE = 3, "considerable: serious harm to one person"
    MAJOR = 4, "major: death or lasting harm of one person"
    CATASTROPHIC = 5, "catastrophic: death or lasting harm of several people"


class Likelihood(IntegerChoices):
    """How often it would happen."""

    VERY_LOW = 1, "very low: hardly ever"
    LOW = 2, "low: not expected, but possible"
    MEDIUM = 3, "medium: may happen now and then"
    HIGH = 4, "high: will happen"
    VERY_HIGH = 5, "very high: certain or nearly so"


#: Rows: likelihood from very low to very high. Columns: severity from minor to catastrophic.
MATRIX = (
    (1, 1, 2, 2, 3),
    (1, 2, 2, 3, 4),
    (2, 2, 3, 3, 4),
    (2, 3, 3, 4, 5),
    (3, 4, 4, 5, 5),
)
MEANING = {
    1: "acceptable",
    2: "acceptable where cutting it further costs more than it helps",
    3: "undesirable: cut it, or say why it cannot be cut",
    4: "mandatory to cut",
    5: "unacceptable",
}


def rating(severity: int, likelihood: int) -> int:
    """Return the risk, from 1 to 5."""
    return MATRIX[likelihood - 1][severity - 1]
