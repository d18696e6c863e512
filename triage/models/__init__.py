"""Checks as pages, their frozen releases, and counts by day."""

from triage.models.approval import ApprovalRun, ProofJob
from triage.models.check_index import CheckIndexPage
from triage.models.counts import CountSum, DayCount
from triage.models.hazard import Hazard, HazardControl
from triage.models.protocol import ProtocolPage
from triage.models.reading import StoryReading
from triage.models.story import AcceptedMiss, SecondOpinion, Story, StoryFact, StorySet
from triage.models.version import ProtocolVersion

__all__ = [
    "AcceptedMiss",
    "ApprovalRun",
    "CheckIndexPage",
    "CountSum",
    "DayCount",
    "Hazard",
    "HazardControl",
    "ProofJob",
    "ProtocolPage",
    "ProtocolVersion",
    "SecondOpinion",
    "Story",
    "StoryFact",
    "StoryReading",
    "StorySet",
]
