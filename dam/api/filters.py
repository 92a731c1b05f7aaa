"""Filters of lists (django-filter), strict: a value that makes no sense is refused."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django_filters import filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.utils import extend_schema_field


class _IdField(forms.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 10**18 - 1} | options)


class _IdFilter(filters.Filter):
    field_class = _IdField


class _Switch(forms.ChoiceField):
    """true or false; empty where nothing was said."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], **options)

    def clean(self, value: Any) -> bool | None:
        word = super().clean(value)
        return None if word == "" else word == "true"


class _SwitchFilter(filters.Filter):
    field_class = _Switch


class _Moment(IsoDateTimeField):
    """A moment with its time zone, as UTC: PostgreSQL takes no zone beyond ±15:59."""

    def clean(self, value: Any) -> datetime | None:
        found: datetime | None = super().clean(value)
        try:
            return found and found.astimezone(UTC)
        except OverflowError:
            raise forms.ValidationError("This is not a moment of a calendar.") from None


class _MomentFilter(filters.IsoDateTimeFilter):
    field_class = _Moment


def id_filter(field: str, words: str, **options: Any) -> Any:
    """Return a filter by the number of a thing."""
    schema = {"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**18 - 1}
    made = _IdFilter(field_name=field, help_text=words, **options)
    return extend_schema_field(schema)(made)


def switch_filter(field: str, words: str, **options: Any) -> Any:
    """Return a filter that is true or false."""
    made = _SwitchFilter(field_name=field, help_text=words, **options)
    return extend_schema_field({"type": "boolean"})(made)


def choice_filter(field: str, choices: Any, words: str, **options: Any) -> Any:
    """Return a filter by one of several words."""
    made = filters.ChoiceFilter(field_name=field, choices=choices, help_text=words, **options)
    return extend_schema_field({"type": "string", "enum": [value for value, _ in choices]})(made)


def text_filter(field: str, words: str, **options: Any) -> Any:
    """Return a filter by text, up to 200 characters."""
    made = filters.CharFilter(field_name=field, help_text=words, max_length=200, **options)
    return extend_schema_field({"type": "string", "minLength": 1, "maxLength": 200})(made)


def since_filter(field: str, words: str) -> Any:
    """Return a filter by a moment: that one, and later."""
    return _MomentFilter(field_name=field, lookup_expr="gte", help_text=words)


def until_filter(field: str, words: str) -> Any:
    """Return a filter by a moment: before it."""
    return _MomentFilter(field_name=field, lookup_expr="lt", help_text=words)
