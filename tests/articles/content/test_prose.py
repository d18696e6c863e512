import pytest

from articles.content.prose import ProseError, to_html

PAGES = {("term", "cramp"): 7, ("technique", "M-REST"): 9}


def resolve(kind, key):
    try:
        return PAGES[kind, key]
    except KeyError:
        raise LookupError(f"There is no {kind} “{key}”.") from None


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
        ("**Now** and *then*", "<p><b>Now</b> and <i>then</i></p>"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
        ("1. one\n2. two", "<ol><li>one</li><li>two</li></ol>"),
        ("[a cramp](term:cramp)", '<p><a linktype="page" id="7">a cramp</a></p>'),
        ("5 < 7 & 8", "<p>5 &lt; 7 &amp; 8</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ],
)
def test_small_markdown_becomes_rich_text(text, html):
    assert to_html(text, resolve) == html


@pytest.mark.parametrize(
    "text",
    [
        "# Heading",
        "![picture](term:cramp)",
        "`code`",
        "> quoted",
        "[out](https://example.org)",
        "[bad](javascript:alert(1))",
        "---",
    ],
)
def test_what_rich_text_cannot_hold_is_refused(text):
    with pytest.raises(ProseError):
        to_html(text, resolve)


def test_a_link_to_nothing_names_what_is_missing():
    with pytest.raises(LookupError, match="There is no technique “M-NONE”"):
        to_html("[x](technique:M-NONE)", resolve)


def test_headings_only_where_they_are_allowed():
    assert to_html("## About\n\nText", resolve, headings=True) == "<h2>About</h2><p>Text</p>"
