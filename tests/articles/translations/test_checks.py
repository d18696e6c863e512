"""What the checks of translations see, and how often they are wrong."""

from pathlib import Path

import pytest
import yaml

from articles.translations.measure import false_alarms, left_behind, planted, texts
from articles.translations.problems import glossary

pytestmark = pytest.mark.django_db
FAULTS = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))
ZH = "zh-hant"


def test_every_planted_fault_is_seen():
    rows = planted(texts(ZH), FAULTS, glossary(ZH))

    assert len(rows) >= 30
    assert [(kind, change) for kind, change, said in rows if not said] == []


def test_few_right_translations_are_flagged_and_each_of_those_has_a_reason():
    found = texts(ZH)
    wrong = false_alarms(found, glossary(ZH))

    assert len(wrong) <= len(found) * 0.1
    assert [text.place for text, _ in wrong if not text.has_reason] == []


def test_no_starter_translation_is_of_a_text_that_has_changed_since():
    assert left_behind(ZH) == []
