"""The page of roles says what the roles are, and where they stand in each other's way."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts import who_may
from review import actions, demo
from tests.portal.permissions.scene import ADMINISTRATOR, EDITOR, KEEPER, REVIEWER
from tests.portal.permissions.table import table
from tests.portal.permissions.visits import OPEN
from tests.review import making
from tests.review.making import NOW

pytestmark = pytest.mark.django_db
# The role of the matrix for each group of ours, and for each deed an address that the matrix has visited.
ROLES = {demo.EDITORS: EDITOR, demo.REVIEWERS: REVIEWER, demo.KEEPERS: KEEPER, demo.ADMINISTRATORS: ADMINISTRATOR}
ADDRESSES = {
    "Enter the admin": "wagtailadmin_home",
    "Write drafts and submit them for review": "wagtailadmin_pages:edit",
    "Upload pictures and choose them": "wagtailimages:add",
    "Release what is signed": "review:release",
    "Withdraw, hold and roll back public pages": "review:withdraw",
    "Record and end registrations of reviewers": "review:credentials",
    "Keep accounts, and roles outside of the review": "wagtailusers_users:index",
}


def warnings(person):
    (found,) = who_may.people([person], who_may.roles(), NOW.date())
    return [words.split(":")[0] for words in found.warnings]


def test_the_page_says_what_the_matrix_of_all_addresses_says():
    demo.make_roles()
    visited = {row.name: row.words for row in table()}
    known = {role.name: role for role in who_may.roles()}
    deeds = {deed.what: deed for deed in who_may.DEEDS}

    for what, address in ADDRESSES.items():
        says = {name for name in ROLES if deeds[what].may(known[name].rights)}
        assert says == {name for name, role in ROLES.items() if visited[address][role] == OPEN}, what


def test_a_right_that_no_deed_names_is_told_all_the_same():
    demo.make_roles()
    group = Group.objects.create(name="Odd ones")
    group.permissions.add(Permission.objects.get(codename="add_redirect"))

    (odd,) = [role for role in who_may.roles() if role.name == "Odd ones"]

    assert odd.others == ("Can add redirect",)
    assert [role.others for role in who_may.roles() if role.name in ROLES] == [()] * 4


def test_roles_that_stand_in_each_others_way_are_named():
    writer = making.reviewer()
    writer.groups.add(Group.objects.get(name=demo.EDITORS))
    keeper = making.reviewer(credential=False)
    keeper.groups.add(Group.objects.get(name=demo.ADMINISTRATORS))
    no_factor = "Decides about texts or accounts without a second factor."

    assert warnings(making.editor()) == []
    assert warnings(writer) == ["Writes and reviews", no_factor]
    assert warnings(keeper) == [
        "Keeps accounts and has a part in the review", "Reviewer without a valid registration", no_factor,
    ]  # fmt: skip
    assert "Superuser" in warnings(making.superuser())


def test_a_text_that_too_few_can_sign_is_named():
    demo.make_people()
    before = {row.pk for row in who_may.stuck(NOW.date())[0]}
    row = making.submitted(making.info(title="Hard to place"))
    assert {one.pk for one in who_may.stuck(NOW.date())[0]} == before

    for holder in [credential.holder for credential in who_may.Credential.objects.valid_on(NOW.date())]:
        actions.decline(submission=row, by=holder, now=NOW, reason="A conflict.")

    (found,) = [one for one in who_may.stuck(NOW.date())[0] if one.pk == row.pk]
    assert (found.title, found.missing, found.free) == ("Hard to place", row.signers_needed, 0)


def test_people_are_for_those_who_keep_accounts_or_registrations(client):
    demo.make_people()
    for group, sees in (
        (demo.EDITORS, False),
        (demo.REVIEWERS, False),
        (demo.KEEPERS, True),
        (demo.ADMINISTRATORS, True),
    ):
        client.force_login(making.user(group))
        text = client.get("/admin/reports/roles/").content.decode()
        assert "What each role may do" in text
        assert ("Who has which role" in text, "Demonstration Registrar" in text) == (sees, sees), group


def test_many_people_ask_no_more_than_few(client):
    client.force_login(making.user(demo.ADMINISTRATORS))

    def asked():
        client.get("/admin/reports/roles/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/reports/roles/").status_code == 200
        return len(queries)

    making.reviewer()
    few = asked()
    for _ in range(5):
        making.reviewer()

    assert asked() == few
