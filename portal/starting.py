"""What Wagtail's widgets say in inline scripts, said in inert elements, so that the admin can forbid the scripts.

`static/portal/js/admin-start.js` reads them: it knows a short list of names and calls nothing else.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.utils.html import escapejs, format_html
from django.utils.safestring import SafeString
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser


def start(how: str, json_arguments: str) -> SafeString:
    """Return an element that asks for `call:NAME` or `new:NAME` with a JSON list of arguments.

    The quotes inside are written as Wagtail writes them in scripts: its forms replace `__prefix__` up to such a quote.
    """
    return format_html('<template data-start="{}" data-arguments="{}"></template>', how, escapejs(json_arguments))


def render_chooser(
    self: BaseChooser, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
) -> SafeString:
    """Render a chooser as Wagtail does, with an inert element where it has a script."""
    identity = (attrs or {})["id"]
    try:
        data = self.get_value_data(value)
    except (TypeError, ValueError):  # no id at all: a form that is shown again with its errors shows nothing chosen
        data = self.get_value_data(None)
    how, arguments = _start_of(self, identity, name, data)
    return SafeString(self.render_html(name, data, attrs)) + start(how, json.dumps(arguments))


def _start_of(widget: BaseChooser, identity: str, name: str, data: Any) -> tuple[str, Sequence[Any]]:
    if isinstance(widget, AdminTaskChooser):
        return "call:createTaskChooser", [identity]
    return f"new:{widget.js_constructor}", [identity, widget.get_js_init_options(identity, name, data)]


def install() -> None:
    """Let every chooser start without a script."""
    BaseChooser.render = render_chooser
