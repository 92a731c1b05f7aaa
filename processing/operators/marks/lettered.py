"""What all operators that draw letters share."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, JsonValue

from processing.operators.base import Operator
from processing.operators.context import Context
from processing.operators.marks.fonts import Weight, cleaned, missing, typeface
from processing.operators.marks.lettering import Block, Setting, Style, drawn, fitted
from processing.operators.parameters import Colour, Reference

LARGEST = 16_000_000  # pixels of text; beyond that it is drawn smaller and enlarged as it is laid
_TOLD = 20


class Lettered(Operator):
    """Draws text; subclasses say where and in which style."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    """What is written. Lines are broken where it has line breaks and where they would not fit."""
    font: Reference | None = None
    """A TrueType or OpenType file of the library; Roboto where nothing is said."""
    weight: Weight = "regular"
    """The weight of the default font."""
    colour: Colour = "#ffffff"
    """The colour of the letters."""

    def _block(
        self,
        context: Context,
        style: Style,
        sizes: tuple[float, float],
        room: tuple[int, int],
    ) -> tuple[Block, Setting, float, dict[str, JsonValue]] | None:
        """(pixels, setting, what to enlarge the pixels by, measures); None for nothing to write.

        ``sizes`` are the wanted and the smallest size, ``room`` is what it must fit, in pixels.
        """
        text = cleaned(self.text).strip()
        if not text or min(room) < 1:
            return None
        data = typeface(self.font, self.weight, context)
        scale = max(1.0, (room[0] * room[1] / LARGEST) ** 0.5)
        wanted, smallest = (round(size / scale) for size in sizes)
        inside = (max(1, int(room[0] / scale)), max(1, int(room[1] / scale)))
        setting = fitted(text, data, wanted, smallest, inside, style)
        lacking = missing(data, text)
        measures: dict[str, JsonValue] = {
            "text_size_px": round(setting.size * scale, 1),
            "lines": len(setting.lines),
            "cut": setting.cut,
            "missing_characters": "".join(lacking[:_TOLD]),
        }
        return drawn(setting, data, style), setting, scale, measures

    def _confidence(self, measures: dict[str, JsonValue]) -> float:
        """Lower where the text is cut or the font lacks characters that it has."""
        lacking = len(str(measures["missing_characters"]))
        shown = max(0.0, 1.0 - lacking / max(1, len(set(self.text))))
        if lacking:
            shown = min(shown, 0.5)
        return round(shown * (0.3 if measures["cut"] else 1.0), 4)
