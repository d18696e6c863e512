"""Other sites are asked politely, and nothing inside of our own network ever is."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from articles.watch import fetch, reading
from articles.watch.fetch import Answer, Fetcher, NotPublicError, UnreachableError


class Site(BaseHTTPRequestHandler):
    """Answers as the path says, and writes down who asked."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"], self.headers["User-Agent"]))
        status, headers, body = self.server.pages.get(self.path, (404, {}, b"nothing"))
        self.send_response(status)
        for name, value in ({"Content-Type": "text/html", "Content-Length": len(body)} | headers).items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as made:
        made.pages, made.asked = {}, []
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield made
        made.shutdown()


@pytest.fixture
def site(server):
    server.pages.clear()
    server.asked.clear()
    return server


@pytest.fixture
def slept():
    return []


@pytest.fixture
def fetcher(site, slept):
    return Fetcher(
        "Test (+mailto:a@example.org)", lookup=lambda host, port: ["127.0.0.1"], sleep=slept.append, clock=lambda: 0.0,
        is_allowed=lambda address: True, ports={site.server_port}, largest=1000,
    )  # fmt: skip


def at(site, path, host="guideline.example"):
    return f"http://{host}:{site.server_port}{path}"


def test_a_page_is_asked_for_by_its_name_at_the_address_that_was_looked_at(site, fetcher):
    site.pages["/a?b=1"] = (200, {}, b"<p>Words")

    found = fetcher.get(at(site, "/a?b=1"))

    assert found == Answer(200, "text/html", b"<p>Words", at(site, "/a?b=1"))
    assert site.asked == [("/a?b=1", f"guideline.example:{site.server_port}", "Test (+mailto:a@example.org)")]


def test_one_host_is_left_alone_between_two_questions(site, fetcher, slept):
    for host in ("one.example", "one.example", "two.example"):
        fetcher.get(at(site, "/", host))

    assert slept == [fetch.PAUSE]


def test_redirects_are_followed_and_only_permanent_ones_are_a_new_address(site, fetcher):
    site.pages |= {
        "/old": (301, {"Location": "/new"}, b""), "/today": (302, {"Location": "/new"}, b""), "/new": (200, {}, b"x"),
        "/round": (302, {"Location": "/round"}, b""),
    }  # fmt: skip

    assert fetcher.get(at(site, "/old")).moved_to == at(site, "/new")
    assert fetcher.get(at(site, "/today")).moved_to == ""
    assert fetcher.get(at(site, "/today")).status == 200
    with pytest.raises(UnreachableError, match="without an end"):
        fetcher.get(at(site, "/round"))


def test_a_redirect_into_our_own_network_is_refused(site, fetcher):
    site.pages["/x"] = (302, {"Location": f"http://inside.example:{site.server_port}/secret"}, b"")
    fetcher.lookup = lambda host, port: ["127.0.0.1"] if host == "guideline.example" else ["10.0.0.7"]
    fetcher.is_allowed = lambda address: not address.startswith("10.")

    with pytest.raises(NotPublicError):
        fetcher.get(at(site, "/x"))
    assert [path for path, *_ in site.asked] == ["/x"]


@pytest.mark.parametrize(
    "place",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "255.255.255.255",
     "::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::"],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused_also_beside_a_public_one(place):
    for places in ([place], ["93.184.216.34", place]):
        with pytest.raises(NotPublicError):
            Fetcher("x", lookup=lambda host, port, found=places: found).get("https://guideline.example/")


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/", "gopher://x/", "http://user:pass@example.org/", "https://example.org:8443/",
     "https:///x", "javascript:alert(1)", "", "http://[::1", "http://example.org:99999/"],
)  # fmt: skip
def test_what_is_no_plain_address_of_the_web_is_refused(address):
    def nobody(host, port):
        pytest.fail("looked up")

    with pytest.raises(NotPublicError):
        Fetcher("x", lookup=nobody).get(address)


def test_too_much_and_too_slow_are_told(site, fetcher):
    site.pages["/long"] = (200, {}, b"x" * 2000)
    with pytest.raises(UnreachableError, match="more than we read"):
        fetcher.get(at(site, "/long"))

    site.pages["/slow"] = (200, {}, b"x")
    times = [0.0, 0.0, 0.0, 99.0]
    fetcher.clock = lambda: times.pop(0) if len(times) > 1 else times[0]
    with pytest.raises(UnreachableError, match="too long"):
        fetcher.get(at(site, "/slow"))


def test_a_name_that_nobody_knows_is_told():
    def unknown(host, port):
        raise OSError("no such name")

    with pytest.raises(UnreachableError, match="name"):
        Fetcher("x", lookup=unknown).get("https://no.example/")


def page(text, kind="text/html"):
    return Answer(200, kind, text.encode(), "https://x.example/")


def test_only_the_words_of_a_page_count():
    before = page("<nav>Menu 1</nav><main><h1>Clots</h1><p>Take  one.</p></main><footer>1 May</footer>")
    same = page("<nav>Other</nav><script>x=2</script><main class=a><h1>Clots</h1> <p>Take\none.</p></main>")
    other = page("<main><h1>Clots</h1><p>Take two.</p></main>")

    assert reading.digest_of(before) == reading.digest_of(same) != reading.digest_of(other)
    assert reading.digest_of(page("a", "application/pdf")) != reading.digest_of(page("b", "application/pdf"))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("<title>Page not found</title><p>Sorry.", True), ("<title>404</title>", True),
        ("<title>x</title><p>This page no longer exists.", True),
        ("<title>Clots</title><p>404 people took part.", False),
        ("<title>Clots</title><p>" + "word " * 900 + "the page was not found useful", False),
        ("<title>Veins</title><p>A cause was not found.", False),
    ],
)  # fmt: skip
def test_a_page_that_says_that_it_is_not_there_is_not(text, missing):
    assert reading.says_that_it_is_missing(page(text)) is missing
