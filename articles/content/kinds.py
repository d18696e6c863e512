"""Which kind of entry becomes which page, and below which page it belongs."""

from dataclasses import dataclass, field

from wagtail.models import Page

from articles import models as m


@dataclass(frozen=True)
class Kind:
    """A kind of entry: page class, class of its parent, field that identifies it, file keys that differ from fields."""

    model: type[Page]
    parent: type[Page] | None
    key: str = "slug"
    renamed: dict[str, str] = field(default_factory=dict)


# In the order in which pages are made: parents first.
KINDS: dict[str, Kind] = {
    "home": Kind(m.HomePage, None),
    "guide_index": Kind(m.GuideIndexPage, m.HomePage),
    "cause_index": Kind(m.CauseIndexPage, m.HomePage),
    "body_site_index": Kind(m.BodySiteIndexPage, m.HomePage),
    "technique_index": Kind(m.TechniqueIndexPage, m.HomePage),
    "care_rule_index": Kind(m.CareRuleIndexPage, m.HomePage),
    "contraindication_index": Kind(m.ContraindicationIndexPage, m.HomePage),
    "finding_index": Kind(m.FindingIndexPage, m.HomePage),
    "claim_index": Kind(m.ClaimIndexPage, m.HomePage),
    "glossary": Kind(m.GlossaryPage, m.HomePage),
    "source_index": Kind(m.SourceIndexPage, m.HomePage),
    "services": Kind(m.ServicesPage, m.HomePage),
    "info": Kind(m.InfoPage, m.HomePage),
    "source": Kind(m.SourcePage, m.SourceIndexPage, renamed={"url": "work_url"}),
    "term": Kind(m.TermPage, m.GlossaryPage),
    "finding": Kind(m.FindingPage, m.FindingIndexPage, "code"),
    "body_site": Kind(m.BodySitePage, m.BodySiteIndexPage),
    "contraindication": Kind(m.ContraindicationPage, m.ContraindicationIndexPage, "code"),
    "care_rule": Kind(m.CareRulePage, m.CareRuleIndexPage, "code"),
    "technique": Kind(m.TechniquePage, m.TechniqueIndexPage, "code"),
    "cause": Kind(
        m.CausePage,
        m.CauseIndexPage,
        renamed={"course.text": "course", "course.low_days": "course_low_days", "course.high_days": "course_high_days"},
    ),
    "claim": Kind(m.ClaimPage, m.ClaimIndexPage, "code"),
    "guide": Kind(m.GuidePage, m.GuideIndexPage, renamed={"sections": "body", "check": "check_key"}),
}
BY_MODEL: dict[type[Page], str] = {kind.model: name for name, kind in KINDS.items()}
