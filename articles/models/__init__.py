"""Models of the articles app."""

from articles.models.guide import GuidePage
from articles.models.knowledge import CausePage, ClaimPage, TechniquePage
from articles.models.origin import GarbledPassage, LoadedEntry, Origin
from articles.models.place import ServicesPage
from articles.models.quarantine import ClaimDecision, ClaimUse, LedgerClaim, RawText, Ruling, TextKind
from articles.models.rules import CareRulePage, ContraindicationPage
from articles.models.sections import (
    BodySiteIndexPage,
    CareRuleIndexPage,
    CauseIndexPage,
    ClaimIndexPage,
    ContraindicationIndexPage,
    FindingIndexPage,
    GlossaryPage,
    GuideIndexPage,
    HomePage,
    InfoPage,
    SourceIndexPage,
    TechniqueIndexPage,
)
from articles.models.translation import TranslationPage
from articles.models.vocabulary import BodySitePage, FindingPage, SourcePage, TermPage
from articles.models.watch import Hit, SourceLook, WatchDecision, WatchTask

__all__ = [
    "BodySiteIndexPage",
    "BodySitePage",
    "CareRuleIndexPage",
    "CareRulePage",
    "CauseIndexPage",
    "CausePage",
    "ClaimDecision",
    "ClaimIndexPage",
    "ClaimPage",
    "ClaimUse",
    "ContraindicationIndexPage",
    "ContraindicationPage",
    "FindingIndexPage",
    "FindingPage",
    "GarbledPassage",
    "GlossaryPage",
    "GuideIndexPage",
    "GuidePage",
    "Hit",
    "HomePage",
    "InfoPage",
    "LedgerClaim",
    "LoadedEntry",
    "Origin",
    "RawText",
    "Ruling",
    "ServicesPage",
    "SourceIndexPage",
    "SourceLook",
    "SourcePage",
    "TechniqueIndexPage",
    "TechniquePage",
    "TermPage",
    "TextKind",
    "TranslationPage",
    "WatchDecision",
    "WatchTask",
]
