"""Models of the gate."""

from review.models.concern import Concern, Hold
from review.models.evidence import ChainHead, Event, Release, SignOff
from review.models.freshness import Change, Generation
from review.models.page import ReviewedPage
from review.models.people import ChecklistItem, Credential
from review.models.submission import Standing, Submission, Use
from review.models.task import ReviewTask

__all__ = [
    "ChainHead",
    "Change",
    "ChecklistItem",
    "Concern",
    "Credential",
    "Event",
    "Generation",
    "Hold",
    "Release",
    "ReviewTask",
    "ReviewedPage",
    "SignOff",
    "Standing",
    "Submission",
    "Use",
]
