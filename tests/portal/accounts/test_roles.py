"""A user administrator can neither become nor act as a reviewer, by no form, bulk action or right of their own."""

import json
import logging
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import RequestFactory
from django.urls import reverse

from portal.accounts import administrators, roles, second_factor
from portal.accounts.actor import acting
from portal.accounts.bulk import OpenOrClose
from review import demo
from review.doors import RefusedError
from review.models.evidence import Event
from review.roles import STOCK
from tests.review import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return making.user(demo.ADMINISTRATORS)


@pytest.fixture
def root():
    return making.superuser()


@pytest.fixture(params=["administrator", "root"])
def manager(request):
    """Whoever manages accounts; a superuser is no exception."""
    return request.getfixturevalue(request.param)


def as_actor(user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return acting(request)


def form_of(user, **changes):
    """Return what the form for an account posts."""
    groups = list(user.groups.values_list("pk", flat=True))
    return {
        "username": user.username, "email": user.email, "first_name": "A", "last_name": "Person",
        "password1": "", "password2": "", "groups": groups, "is_active": "on", **changes,
    }  # fmt: skip


def edit(client, user, **changes):
    return client.post(reverse("wagtailusers_users:edit", args=[user.pk]), form_of(user, **changes))


NEW = "a quite different password"


@pytest.mark.parametrize(
    "changes",
    [{"password1": NEW, "password2": NEW}, {"email": "mine@example.org"}, {"username": "renamed"}],
    ids=["password", "address", "name"],
)
@pytest.mark.parametrize("role", ["reviewer", "keeper"])
def test_nobody_takes_over_an_account_of_the_review(client, manager, role, changes):
    person = getattr(making, role)()
    before = (person.password, person.email, person.username)
    client.force_login(manager)

    edit(client, person, **changes)

    person.refresh_from_db()
    assert (person.password, person.email, person.username) == before


@pytest.mark.parametrize("role", ["reviewer", "keeper"])
def test_nobody_sets_a_password_for_the_review_below_the_form_either(manager, role):
    person = getattr(making, role)()
    person.set_password(NEW)

    with as_actor(manager), pytest.raises(RefusedError), transaction.atomic():
        person.save()
    assert not get_user_model().objects.get(pk=person.pk).check_password(NEW)


def test_a_new_account_begins_with_a_password_that_nobody_knows(client, administrator):
    client.force_login(administrator)
    form = client.get(reverse("wagtailusers_users:add")).content.decode()
    client.post(reverse("wagtailusers_users:add"), {
        "username": "fresh", "email": "fresh@example.org", "first_name": "A", "last_name": "B", "password1": NEW,
        "password2": NEW, "is_active": "on"})  # fmt: skip

    person = get_user_model().objects.get(username="fresh")
    assert 'name="password1"' not in form
    assert person.has_usable_password()
    assert not person.check_password(NEW)
    client.post(reverse("wagtailadmin_password_reset"), {"email": person.email})
    assert mail.outbox[-1].to == [person.email]


@pytest.mark.parametrize("group", [demo.REVIEWERS, demo.KEEPERS])
def test_nobody_gives_a_role_of_the_review_in_the_admin(client, manager, group):
    person = making.editor()
    wanted = Group.objects.get(name=group)
    client.force_login(manager)

    edit(client, person, groups=[wanted.pk])
    edit(client, manager, groups=[wanted.pk])
    bulk = reverse("wagtail_bulk_action", args=["auth", "user", "assign_role"]) + f"?id={person.pk}"
    client.post(bulk, {"role": wanted.pk})

    assert not wanted.user_set.filter(pk__in=[person.pk, manager.pk]).exists()


def test_an_account_cannot_be_made_as_a_reviewer(client, manager):
    group = demo.make_roles()[demo.REVIEWERS]
    client.force_login(manager)

    client.post(reverse("wagtailusers_users:add"), {
        "username": "fresh", "email": "fresh@example.org", "first_name": "A", "last_name": "B", "password1": NEW,
        "password2": NEW, "groups": [group.pk], "is_active": "on"})  # fmt: skip

    assert not group.user_set.filter(username="fresh").exists()


def test_an_administrator_makes_nobody_a_superuser(client, manager):
    person = making.editor()
    client.force_login(manager)

    edit(client, person, is_superuser="on")
    edit(client, manager, is_superuser="on")

    assert get_user_model().objects.filter(is_superuser=True).exclude(username__startswith="root").count() == 0


@pytest.mark.parametrize("right", sorted(roles.PROTECTED))
def test_a_right_of_the_review_comes_in_no_other_way(manager, right):
    app, codename = right.split(".")
    permission = Permission.objects.get(content_type__app_label=app, codename=codename)
    own, person = Group.objects.create(name="My own"), making.editor()

    with as_actor(manager):
        for give in (
            lambda: own.permissions.add(permission),
            lambda: permission.group_set.add(own),
            lambda: person.user_permissions.add(permission),
            lambda: permission.user_set.add(person),
        ):
            with pytest.raises(RefusedError), transaction.atomic():
                give()
    assert not get_user_model().objects.get(pk=person.pk).has_perm(right)


def test_groups_of_the_review_are_nobodys_to_change(client, manager):
    demo.make_roles()
    for name in (demo.REVIEWERS, demo.KEEPERS):
        group = Group.objects.get(name=name)
        client.force_login(manager)
        client.post(reverse("wagtailusers_groups:delete", args=[group.pk]))
        with as_actor(manager), pytest.raises(RefusedError), transaction.atomic():
            group.save()
        with as_actor(manager), pytest.raises(RefusedError), transaction.atomic():
            making.editor().groups.add(group)
        assert Group.objects.filter(pk=group.pk, name=name).exists()


def test_a_closed_account_of_the_review_is_opened_and_deleted_by_nobody(client, manager):
    person = making.reviewer(is_active=False)
    client.force_login(manager)

    edit(client, person)
    client.post(reverse("wagtailusers_users:delete", args=[person.pk]))

    assert not get_user_model().objects.get(pk=person.pk).is_active


def test_nobody_opens_a_closed_account_of_the_review_among_others(client, manager):
    person, editor = making.reviewer(is_active=False), making.editor(is_active=False)
    bulk = reverse("wagtail_bulk_action", args=["auth", "user", "set_active_state"])
    client.force_login(manager)

    client.post(f"{bulk}?id={person.pk}&id={editor.pk}", {"mark_as_active": "True"})
    assert not get_user_model().objects.filter(pk__in=[person.pk, editor.pk], is_active=True).exists()

    client.post(f"{bulk}?id={editor.pk}", {"mark_as_active": "True"})
    assert get_user_model().objects.get(pk=editor.pk).is_active
    assert Event.objects.filter(what="account opened", by_id=manager.pk, data__account=editor.pk).exists()


def test_a_leaver_can_be_closed_by_an_administrator(client, administrator):
    person = making.reviewer()
    client.force_login(administrator)

    edit(client, person, is_active="")

    assert not get_user_model().objects.get(pk=person.pk).is_active
    assert Event.objects.filter(what="account closed", by_id=administrator.pk, data__account=person.pk).exists()


def test_a_registration_makes_a_reviewer_and_ends_what_others_know_of_the_account(client, administrator):
    person = making.user("", username="newcomer")
    second_factor.begin(person)
    thief = type(client)()
    thief.force_login(person)
    client.force_login(making.keeper())

    client.post(reverse("review:credential-new"), {
        "holder": person.pk, "name": "Dr Newcomer", "profession": "General practitioner", "body": "A register",
        "number": "N-1", "valid_until": date(2040, 1, 1)})  # fmt: skip

    person = get_user_model().objects.get(pk=person.pk)
    assert person.has_perm("review.sign_off")
    assert not person.check_password(making.PASSWORD)
    assert person.has_usable_password()
    assert thief.get(reverse("wagtailadmin_home")).status_code == 302
    assert Event.objects.filter(what="role given", data__account=person.pk).exists()

    row = person.credentials.get()
    client.post(reverse("review:credential-revoke", args=[row.pk]), {"reason": "Left the register."})
    assert not get_user_model().objects.get(pk=person.pk).has_perm("review.sign_off")


def test_a_keeper_makes_no_reviewer_without_a_registration(client):
    person, keeper = making.editor(), making.keeper()

    with as_actor(keeper), pytest.raises(RefusedError):
        person.groups.add(Group.objects.get(name=demo.REVIEWERS))


def test_ordinary_roles_are_given_and_written_down(client, administrator):
    person = making.user("", username="plain")
    group = demo.make_roles()[demo.EDITORS]
    client.force_login(administrator)

    edit(client, person, groups=[group.pk])
    edit(client, person, groups=[])

    told = Event.objects.filter(data__account=person.pk, by_id=administrator.pk).order_by("at", "id")
    assert [event.what for event in told] == ["role given", "role taken"]


@pytest.fixture
def last(administrator):
    """The only account that keeps accounts."""
    get_user_model().objects.filter(pk__in=administrators.administrators()).exclude(pk=administrator.pk).update(
        is_active=False
    )
    return administrator


def is_administrator(user):
    return administrators.administrators().filter(pk=user.pk).exists()


def test_the_last_administrator_does_not_give_up_the_role(client, last, caplog):
    client.force_login(last)
    caplog.set_level(logging.INFO, logger="gaitway.security")
    caplog.clear()

    answer = client.post(
        reverse("wagtailusers_users:edit", args=[last.pk]), form_of(last, groups=[], first_name="New"), follow=True
    )

    assert administrators.NOBODY_LEFT in answer.content.decode()
    assert "You have given up" not in answer.content.decode()
    assert [json.loads(line)["event"] for line in caplog.messages if "event" in line] == ["refused"]
    assert is_administrator(last)
    assert not Event.objects.filter(what="role taken", data__account=last.pk).exists()
    assert get_user_model().objects.get(pk=last.pk).first_name != "New"


def test_who_gives_up_the_role_while_others_have_it_is_told_and_it_is_written_down(client, administrator):
    making.user(demo.ADMINISTRATORS, username="another")
    client.force_login(administrator)

    answer = client.post(
        reverse("wagtailusers_users:edit", args=[administrator.pk]), form_of(administrator, groups=[]), follow=True
    )

    assert "You have given up your own role “Administrators”" in answer.content.decode()
    assert not is_administrator(administrator)
    assert Event.objects.filter(what="role taken", by_id=administrator.pk, data__account=administrator.pk).exists()


def test_roles_that_are_cleared_are_written_down(administrator):
    person, other = making.editor(), making.editor()
    group = Group.objects.get(name=demo.EDITORS)

    with as_actor(administrator):
        person.groups.clear()
        group.user_set.clear()

    told = Event.objects.filter(what="role taken", by_id=administrator.pk).values_list("data__account", flat=True)
    assert {person.pk, other.pk} <= set(told)


def test_a_closed_administrator_is_none_that_is_left(client, last):
    making.user(demo.ADMINISTRATORS, username="closed", is_active=False)
    client.force_login(last)

    edit(client, last, groups=[])

    assert is_administrator(last)


@pytest.mark.parametrize("way", ["close", "demote", "delete", "clear", "from the role", "delete role", "take right"])
def test_nobody_takes_the_last_administrator_away_below_the_forms_either(last, way):
    group = Group.objects.get(name=demo.ADMINISTRATORS)
    right = Permission.objects.get(codename="change_user", content_type__app_label="auth")
    if way == "demote":
        type(last).objects.filter(pk=last.pk).update(is_superuser=True)
        last.refresh_from_db()
        last.groups.clear()

    def close(**changes):
        for name, value in changes.items():
            setattr(last, name, value)
        last.save()

    ways = {
        "close": lambda: close(is_active=False), "demote": lambda: close(is_superuser=False), "delete": last.delete,
        "clear": last.groups.clear, "from the role": lambda: group.user_set.remove(last), "delete role": group.delete,
        "take right": lambda: group.permissions.remove(right),
    }  # fmt: skip
    with as_actor(making.keeper()), pytest.raises(RefusedError, match="Nobody would be left"), transaction.atomic():
        ways[way]()

    assert is_administrator(last)


def test_many_are_not_closed_or_deleted_when_the_last_is_among_them(client, last):
    root = making.superuser()
    type(root).objects.filter(pk=root.pk).update(is_superuser=False)
    editor = making.editor()
    with as_actor(editor), pytest.raises(RefusedError), transaction.atomic():
        type(root).objects.filter(pk__in=[last.pk, editor.pk]).delete()
    with as_actor(root), pytest.raises(RefusedError), transaction.atomic():
        OpenOrClose.execute_action([editor, last], user=root, mark_as_active=False)

    assert is_administrator(last)
    assert get_user_model().objects.get(pk=editor.pk).is_active


def test_the_operator_is_told_that_nobody_would_keep_accounts(last):
    with pytest.raises(CommandError, match="Nobody would be left"):
        call_command("give_role", last.username, "administrators", take=True, reason="Left.", stdout=StringIO())
    assert is_administrator(last)

    making.user(demo.ADMINISTRATORS, username="another")
    call_command("give_role", last.username, "administrators", take=True, reason="Left.", stdout=StringIO())
    assert not is_administrator(last)


def test_the_operator_gives_what_the_admin_refuses_and_it_is_written_down():
    person = making.editor()

    call_command("give_role", person.username, "keepers", reason="Chosen by the board.", stdout=StringIO())

    assert get_user_model().objects.get(pk=person.pk).has_perm("review.keep_credentials")
    assert Event.objects.get(what="role given").data["reason"] == "Chosen by the board."


def test_groups_that_come_with_wagtail_go_unless_somebody_is_in_them():
    some, none = (Group.objects.get_or_create(name=name)[0] for name in STOCK)
    making.user("", username="plain").groups.add(some)

    demo.make_roles()

    assert Group.objects.filter(pk=some.pk).exists()
    assert not Group.objects.filter(pk=none.pk).exists()
