"""Words of the review; imports nothing of ours."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where a submission stands."""

    IN_REVIEW = "in_review", "In review"
    SIGNED = "signed", "Signed, not yet released"
    RELEASED = "released", "Released"
    CHANGES_REQUESTED = "changes_requested", "Changes requested"
    WITHDRAWN = "withdrawn", "Taken out of review"
    VOID = "void", "Void: the text changed after it was submitted"


OPEN = frozenset({State.IN_REVIEW, State.SIGNED})


class ChangeClass(TextChoices):
    """How much a change can matter to a reader, least first; decides who must sign."""

    WORDING = "wording", "Wording"
    CLINICAL = "clinical", "Clinical"
    SAFETY = "safety", "Safety"

    @property
    def weight(self) -> int:
        """A number to compare classes by."""
        return list(ChangeClass).index(self)


class ReviewKind(TextChoices):
    """What decides after how many months a page is reviewed again."""

    URGENT = "urgent", "Urgent advice"
    OTHER = "other", "Everything else"


class ReleaseKind(TextChoices):
    """What an entry of the public ledger says."""

    RELEASED = "released", "Released"
    ROLLED_BACK = "rolled_back", "Rolled back to an earlier signed text"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PublicState(TextChoices):
    """What holds for a page now."""

    RELEASED = "released", "Released"
    WITHDRAWN = "withdrawn", "Withdrawn"


class UseKind(TextChoices):
    """What a released page shows from elsewhere."""

    PAGE = "page", "Page"
    IMAGE = "image", "Image"
    DOCUMENT = "document", "Document"
    STATIC = "static", "File that ships with the site"


class ConcernState(TextChoices):
    """What became of a concern."""

    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"


class Harm(TextChoices):
    """How a reviewer judges a concern."""

    SERIOUS = "serious", "Possible serious harm"
    MINOR = "minor", "Should be fixed, no serious harm"
    NONE = "none", "Nothing to change"
