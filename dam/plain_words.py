"""Figures in words that people use: what the measured facts of a picture amount to."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from dam.models import Facts, Version

# Words for a figure: the first whose bound the figure is below. The bounds follow the scales of
# processing/measures/facts.py (OKLab lightness; Hasler & Süsstrunk colourfulness; sharpness 0..1).
BRIGHTNESS = ((0.25, "Very dark"), (0.42, "Dark"), (0.68, "Medium"), (0.82, "Bright"))
CONTRAST = ((0.08, "Flat"), (0.16, "Soft"), (0.24, "Normal"))
COLOURFULNESS = ((4, "None: black and white"), (18, "Slight"), (40, "Moderate"), (60, "Rich"))
SHARPNESS = ((0.3, "Blurred"), (0.55, "Soft"), (0.7, "Fair"))
NOISE = ((1.5, "Clean"), (4, "Slight"), (9, "Visible"))


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: a name, its value in words, and the figure behind it."""

    name: str
    words: str
    figure: str = ""


def _word(value: float, steps: tuple[tuple[float, str], ...], above: str) -> str:
    return next((word for bound, word in steps if value < bound), above)


def facts_in_words(version: Version) -> list[Fact]:
    """Say what was measured of a version; empty while nothing was."""
    facts = Facts.objects.filter(version=version.pk).first()
    if facts is None:
        return []
    lines = [
        Fact(
            _("Brightness"),
            _word(facts.brightness, BRIGHTNESS, "Very bright"),
            f"{facts.brightness:.2f}",
        ),
        Fact(_("Contrast"), _word(facts.contrast, CONTRAST, "Strong"), f"{facts.contrast:.2f}"),
        Fact(
            _("Colour"),
            _word(facts.colourfulness, COLOURFULNESS, "Vivid"),
            f"{facts.colourfulness:.0f}",
        ),
        _sharpness(facts.sharpness),
        Fact(_("Noise"), _word(facts.noise, NOISE, "Strong"), f"{facts.noise:.1f}"),
    ]
    return lines + _clipping(facts)


def _sharpness(value: float | None) -> Fact:
    if value is None:
        return Fact(_("Sharpness"), _("No edges to judge by"))
    return Fact(_("Sharpness"), _word(value, SHARPNESS, "Sharp"), f"{value:.2f}")


def _clipping(facts: Facts) -> list[Fact]:
    lines = []
    if facts.clipped_dark >= 0.02:
        lines.append(Fact(_("Lost in black"), f"{facts.clipped_dark:.0%}"))
    if facts.clipped_light >= 0.02:
        lines.append(Fact(_("Burnt out"), f"{facts.clipped_light:.0%}"))
    return lines


def place_in_words(version: Version) -> str:
    """Say where a picture was taken, as far as its file says: names, else the position."""
    said = version.metadata
    names = [said.get(name) for name in ("sublocation", "city", "region", "country")]
    gps = said.get("gps")
    position = f"{gps[0]:.4f}, {gps[1]:.4f}" if isinstance(gps, list) and len(gps) == 2 else ""
    words = ", ".join(name for name in names if isinstance(name, str) and name)
    return f"{words} ({position})" if words and position else words or position


# The first that is named is it: most name others besides.
BROWSERS = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
BROWSER_NAMES = {"Edg": "Edge", "OPR": "Opera"}
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Macintosh", "Linux")
SYSTEM_NAMES = {"Macintosh": "macOS"}


def browser_in_words(user_agent: str) -> str:
    """Return "Firefox on Linux" for what a browser says of itself; its beginning where unknown."""
    browser = next((name for name in BROWSERS if f"{name}/" in user_agent), "")
    system = next((name for name in SYSTEMS if name in user_agent), "")
    if not browser:
        return user_agent[:40] or _("An unknown program")
    name = BROWSER_NAMES.get(browser, browser)
    where = SYSTEM_NAMES.get(system, system)
    return _("%(browser)s on %(system)s") % {"browser": name, "system": where} if where else name
