"""What recipes did to a picture, as content credentials and IPTC's vocabulary name it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# Operator → C2PA's action (C2PA 2.2, 18.15.2); the rest go by their family.
_ACTIONS = {
    **dict.fromkeys(("crop", "smart-crop", "trim", "tile", "cover"), "c2pa.cropped"),
    **dict.fromkeys(("resize", "fit", "contain", "enlarge"), "c2pa.resized"),
    **dict.fromkeys(("rotate", "flip", "straighten"), "c2pa.orientation"),
    **dict.fromkeys(("denoise", "sharpen", "vignette", "grain"), "c2pa.filtered"),
    **dict.fromkeys(("perspective", "lens", "pad", "fuse"), "c2pa.edited"),
    **dict.fromkeys(("portrait-blur", "retouch"), "c2pa.edited"),
}
_BY_FAMILY = {"light": "c2pa.color_adjustments"}
_OTHERWISE = "c2pa.edited"

_SOURCES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# Operators after which a picture shows what no camera saw in one place. IPTC's words.
_COMPOSED = frozenset({"sky", "replace-background"})
_ALTERED = frozenset({"enlarge", "retouch", "portrait-blur", "twilight"})
# What is not made more natural by any edit: it stays as it is.
_NO_CAPTURE = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSyn")


def actions(steps: Iterable[Mapping[str, Any]]) -> list[str]:
    """C2PA's actions of the steps that were run, each once, in order."""
    return list(dict.fromkeys(_action(name) for name in _names(steps)))


def source_type(steps: Iterable[Mapping[str, Any]], said: str) -> str:
    """IPTC's digital source type of what was made, where the original's word for it was ``said``.

    Another sky or background makes it a composite; what was painted over, enlarged or smoothed by
    itself was altered by an algorithm. Everything else is what it was.
    """
    names = set(_names(steps))
    if said.removeprefix(_SOURCES).startswith(_NO_CAPTURE):
        return said
    if names & _COMPOSED:
        return f"{_SOURCES}composite"
    return f"{_SOURCES}algorithmicallyEnhanced" if names & _ALTERED else said


def _names(steps: Iterable[Mapping[str, Any]]) -> list[str]:
    names = [str(step.get("operator")) for step in steps if not step.get("skipped")]
    return [name for name in names if name != "export"]


def _action(name: str) -> str:
    if name in _ACTIONS:
        return _ACTIONS[name]
    from processing.operators.catalogue import operators  # with their libraries: asked for seldom

    kind = operators().get(name)
    return _BY_FAMILY.get(kind.family, _OTHERWISE) if kind else _OTHERWISE
