"""What an exporter is: parameters that are checked, and a picture turned into a file's bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, JsonValue

from processing.media import MediaType
from processing.operators.base import PictureColours
from processing.operators.context import Context
from processing.operators.picture import Picture


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file's bytes, its type and its size in pixels; ``measures`` as in Outcome."""

    data: bytes
    media: MediaType
    width: int
    height: int
    measures: Mapping[str, JsonValue] = field(default_factory=dict)


class Exporter(BaseModel):
    """The end of a recipe's output: a picture to bytes in one format.

    Of metadata it has the policy alone: what the library says of a picture is written when it
    leaves (processing/delivery), so that it is what is known by then.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )

    format: ClassVar[str]
    title: ClassVar[str]
    version: ClassVar[int] = 1

    def refusal(self, colours: PictureColours) -> str:
        """Why it cannot write pictures of these colours, as a sentence; empty where it can."""
        return ""

    def encode(self, picture: Picture, context: Context) -> Encoded:
        """The picture as this format. The same picture and parameters give the same bytes.

        Raises Unfit where the format cannot hold it: its size, its colours.
        """
        raise NotImplementedError
