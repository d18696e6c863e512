"""Mails say where something was said, and not what: words of a draft stay in the house."""

from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string

from articles.models import GuidePage
from tests.review import making

pytestmark = pytest.mark.django_db
SAID = "the dose of this draft is wrong"


@pytest.mark.parametrize("name", ["updated_comments", "workflow_state_rejected"])
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_a_mail_leads_to_what_was_said_and_does_not_say_it(settings, name, kind):
    settings.WAGTAILADMIN_BASE_URL = "https://guidance.example.org"
    guide, editor, one = GuidePage.objects.get(slug="calf-soreness"), making.editor(), {"text": SAID}
    given = {"page": guide, "editor": editor, "comment": SAID, "task_state": {"comment": SAID}, "settings": settings}
    given |= {f"{what}_comments": [one] for what in ("new", "resolved", "deleted")}
    given |= {"replied_comments": [{"comment": one, "replies": [one]}], "user": editor}
    text = render_to_string(f"wagtailadmin/notifications/{name}.{kind}", given)

    assert guide.draft_title in text
    assert f"https://guidance.example.org/admin/pages/{guide.pk}/edit/" in text
    assert SAID not in text


def test_no_other_mail_of_the_admin_holds_a_comment():
    root = get_template("wagtailadmin/notifications/base.txt").origin.name
    own = {"updated_comments", "workflow_state_rejected"}
    named = {
        path.name for path in Path(root).parent.glob("*") if "comment" in path.read_text().replace("{% comment", "")
    }
    assert {name.partition(".")[0].removesuffix("_subject") for name in named} == own
