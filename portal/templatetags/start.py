"""Tags for the templates of Wagtail's widgets and panels that take the place of its inline scripts."""

import json

from django import template
from django.utils.safestring import SafeString

from portal.starting import start

register = template.Library()


@register.simple_tag
def start_widget(how: str, identity: str, config_json: str) -> SafeString:
    """Ask for a function with the id of a field and its options, which come as JSON."""
    return start(how, f"[{json.dumps(identity)}, {config_json}]")


@register.simple_tag
def start_panel(how: str, options_json: str) -> SafeString:
    """Ask for a panel with its options, which come as JSON."""
    return start(how, f"[{options_json}]")
