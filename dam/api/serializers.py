"""What serializers share: strict fields for what comes in, and the form of errors."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class Given(serializers.Serializer):
    """What a request brings: a field that nobody knows is refused, so that no slip is lost."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                known = ", ".join(f"“{name}”" for name in self.fields)
                word = _("There is no such field; there are %s.") % known
                raise serializers.ValidationError({name[:100]: [word] for name in unknown[:10]})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text, and nothing that would have to be made into it."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """A whole number in a body, within `min_value` and `max_value`: at most what databases have."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": 10**18 - 1} | options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, float) and data.is_integer():
            data = int(data)  # JSON has one kind of number: 12.0 is a whole one
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field({"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**18 - 1})
class Id(Whole):
    """The number of a thing: a whole number that fits the database's."""


class Number(serializers.FloatField):
    """A number in a body, not a text that looks like one."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """true or false, not a word that means it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Choice(serializers.ChoiceField):
    """One of several words."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:100])
        return super().to_internal_value(data)


class BoundedList(serializers.ListField):
    """A list of at most `max_length` items, whose length is looked at before its items are.

    What is wrong is told of the first `MOST_TOLD` wrong items, and nothing after them is looked
    at: refusing a list costs no more than taking the longest one that is right.
    """

    MOST_TOLD = 10

    def __init__(self, *, max_length: int, **options: Any) -> None:
        super().__init__(max_length=max_length, **options)
        self.most = max_length

    def run_child_validation(self, data: Any) -> list[Any]:
        if len(data) > self.most:
            self.fail("max_length", max_length=self.most)
        taken: list[Any] = []
        wrong: dict[Any, Any] = {}
        for index, item in enumerate(data):
            try:
                taken.append(self.child.run_validation(item))
            except serializers.ValidationError as error:
                wrong[index] = error.detail
                if len(wrong) == self.MOST_TOLD:
                    break
        if wrong:
            raise serializers.ValidationError(wrong)
        return taken


class Person(serializers.Serializer):
    """Somebody, as far as others need to know them."""

    id = serializers.IntegerField()
    name = serializers.SerializerMethodField()

    def get_name(self, user: Any) -> str:
        return str(user)


class Problem(serializers.Serializer):
    """What went wrong (RFC 9457). `detail` is a sentence for a person."""

    type = serializers.CharField(help_text="about:blank: the status says it all.")
    title = serializers.CharField(help_text="The kind of problem.")
    status = serializers.IntegerField(help_text="The status of the answer.")
    detail = serializers.CharField(help_text="A sentence for a person.")
    errors = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="By field: what is wrong with it. Only where fields are at fault."
    )
