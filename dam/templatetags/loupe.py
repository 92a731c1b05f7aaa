"""Template helpers that every page may use without loading them."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from dam import settings_menu as menu
from dam.models import Version
from dam.plain_words import browser_in_words

register = template.Library()

# static/css/aspects.css has a class for each step between these (tests keep the two in step).
ASPECT_STEP, ASPECT_LEAST, ASPECT_MOST = 2, 40, 400
FAMILY_ICONS = {
    "picture": "picture",
    "document": "document",
    "table": "table",
    "archive": "archive",
    "audio": "audio",
    "video": "video",
    "text": "text",
    "code": "code",
    "unknown": "file",
}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Draw an icon of static/icons.svg; it is decoration: the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        classes,
        static("icons.svg"),
        name,
    )


@register.simple_tag
def family_icon(version: Version | None) -> SafeString:
    """Draw the icon of the family of files that a version is of."""
    return icon(FAMILY_ICONS[version.media.family if version else "picture"])


@register.filter
def aspect_class(version: Version | None) -> str:
    """Return the class that reserves a picture's box: `ar-150` for three by two.

    Pictures longer than 4:1 or taller than 2:5 get the nearest box and are cropped in a grid.
    """
    hundredths = round((version.aspect if version else 1.0) * 100 / ASPECT_STEP) * ASPECT_STEP
    return f"ar-{min(ASPECT_MOST, max(ASPECT_LEAST, hundredths))}"


@register.filter
def grid_width(version: Version | None, height: int) -> int:
    """Return about how many CSS pixels wide a picture is in rows of this height."""
    return round(min(4.0, max(0.4, version.aspect if version else 1.0)) * height)


@register.filter
def percent(share: float | None) -> str:
    """Write a share of 0..1 as a whole percentage: `87 %`."""
    return "" if share is None else f"{share * 100:.0f} %"


@register.filter
def megapixels(version: Version) -> str:
    """Write how many million pixels a version has: `24.2 MP`."""
    return f"{version.width * version.height / 1e6:.1f} MP"


@register.simple_tag
def query(path: str, **parts: Any) -> str:
    """Return `path` with a query string of the parts that are not empty."""
    kept = {name: value for name, value in parts.items() if value not in (None, "")}
    return f"{path}?{urlencode(kept)}" if kept else path


@register.simple_tag
def rendition_width(version: Version, longest: int) -> int:
    """Return how many pixels wide a rendition of a version is whose longest side is `longest`."""
    side = max(version.width, version.height) or 1
    return max(1, round(version.width * min(1.0, longest / side)))


@register.simple_tag(takes_context=True)
def settings_menu(context: Context) -> list[dict[str, Any]]:
    """Return the settings' entries that the person may see, the page's own marked as current."""
    request = context["request"]
    match = request.resolver_match
    here = menu.current(match.url_name or "") if match else None
    return [
        {
            "title": entry.title,
            "address": entry.address,
            "icon": entry.icon,
            "about": entry.about,
            "group": entry.group,
            "current": entry == here,
        }
        for entry in menu.entries_for(request.user)
    ]


@register.filter
def coded(text: str) -> SafeString:
    """Escape a text, and show what stands between backticks as code."""
    parts = str(text).split("`")
    if len(parts) % 2 == 0:
        return format_html("{}", text)
    pieces = [(part, at % 2) for at, part in enumerate(parts)]
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if code else p,) for p, code in pieces)
    )


@register.filter
def browser_name(user_agent: str) -> str:
    return browser_in_words(user_agent)
