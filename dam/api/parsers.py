"""Bodies as they may come: JSON of bounded size and depth, with nothing in it that breaks later."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from dam.api.problems import TooLargeBody

DEEPEST = 20  # lists and objects within each other
LONGEST_NUMBER = 40  # digits


class BoundedJSONParser(JSONParser):
    """JSON (RFC 8259): no NaN, no NUL, no half characters, bounded in size and depth.

    PostgreSQL keeps no NUL and no lone surrogate in a text, so that they are refused here.
    """

    def parse(
        self, stream: IO[Any], media_type: Any = None, parser_context: Mapping | None = None
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        data = stream.read(most + 1)
        if len(data) > most:
            raise TooLargeBody(f"A body of JSON is up to {most // 1024:,} KiB.")
        try:
            found = json.loads(data.decode("utf-8"), parse_constant=_no_number, parse_int=_whole)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except json.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        _check(found, DEEPEST)
        return found


def _no_number(name: str) -> None:
    raise ParseError(f"{name} is not a number of JSON.")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ParseError("A number in the body is too long.")
    return int(digits)


def _check(value: Any, deeper: int) -> None:
    if deeper < 0:
        raise ParseError("The JSON is nested too deeply.")
    if isinstance(value, str):
        check_text(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            check_text(name)
            _check(inner, deeper - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, deeper - 1)


def check_text(text: str) -> None:
    """Raise ParseError for text that no database keeps: with NUL, or half a character in it."""
    if "\0" in text:
        raise ParseError("There is a NUL character in the request: no text has one.")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise ParseError("There is half a character (a lone surrogate) in the request.")
