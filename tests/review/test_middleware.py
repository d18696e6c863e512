"""What people in the admin read when the gate has refused."""

from django.contrib.messages import info
from django.contrib.messages.storage.cookie import CookieStorage
from wagtail.admin.auth import permission_denied

from review import doors
from review.middleware import SayWhy


def test_the_reason_stands_in_place_of_wagtails_sentence_and_beside_all_others(rf):
    request = rf.post("/admin/")
    request._messages = CookieStorage(request)
    info(request, "Saved.")

    def refused(request):
        doors.tell("Somebody is told to wait.")
        return permission_denied(request)

    response = SayWhy(refused)(request)

    request._messages.update(response)
    following = rf.get("/admin/")
    following.COOKIES = {name: cookie.value for name, cookie in response.cookies.items()}
    assert [str(one) for one in CookieStorage(following)] == ["Saved.", "Somebody is told to wait."]
