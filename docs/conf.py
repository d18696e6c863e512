"""How Sphinx makes the documentation site: `make docs`. Nothing in it asks another host for anything."""

from typing import Any

from pygments.lexers.special import TextLexer

project = "Gaitway"
author = copyright = ""  # noqa: A001  # Sphinx reads this name
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
html_theme = "furo"
html_title = "Gaitway"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
# Diagrams of states are read as text; no script of somebody else draws them.
highlight_language = "none"
nitpicky = True


def setup(app: Any) -> None:
    """Let Sphinx know the name of a language that it shows as it is."""
    app.add_lexer("mermaid", TextLexer)
