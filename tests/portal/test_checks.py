"""House rules: what could be public without passing the review is refused when the site starts."""

import pytest
from django.db import models
from django.test.utils import isolate_apps
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.contrib.settings.registry import registry
from wagtail.fields import RichTextField, StreamField

from portal import checks


def test_no_setting_of_the_site_holds_words_for_readers():
    assert {(model.__name__, f.name) for model in registry for f in checks.untold_fields(model)} == set()
    assert checks.settings_hold_no_words_for_readers() == []
    assert checks.there_are_no_snippets() == []


@pytest.mark.parametrize("base", [BaseSiteSetting, BaseGenericSetting])
@isolate_apps("portal")
def test_a_setting_that_could_hold_words_is_refused_until_it_says_what_it_is_for(base, monkeypatch):
    class Notice(base):
        technical_fields = frozenset({"key"})
        banner = models.CharField(max_length=100)
        advice = models.TextField()
        rich = RichTextField()
        stream = StreamField([])
        leaflet = models.FileField()
        data = models.JSONField()
        address = models.URLField()
        key = models.CharField(max_length=100)
        on = models.BooleanField()
        days = models.PositiveSmallIntegerField()

        class Meta:
            app_label = "portal"

    monkeypatch.setattr(checks, "registry", [Notice])

    found = checks.settings_hold_no_words_for_readers()

    named = {message.msg.split()[0].partition(".")[2] for message in found}
    assert named == {"banner", "advice", "rich", "stream", "leaflet", "data", "address"}
    assert {message.id for message in found} == {"portal.E003"}
