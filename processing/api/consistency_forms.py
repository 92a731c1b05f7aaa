"""What the API of consistency takes and gives."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from dam.api.serializers import BoundedList, Choice, Given, Id, Number, Text, Whole
from dam.models import Category
from processing.consistency import telling
from processing.consistency.actions import MOST_PICTURES
from processing.models.consistency import MOST_NEWEST

POINTS: dict[str, Any] = {"min_value": 0, "max_value": 100}


class RunOut(serializers.Serializer):
    """One measuring of a set; scores are from 0 to 100."""

    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    overall = serializers.FloatField(help_text="Half the mean of the four, half the lowest.")
    colour = serializers.FloatField()
    exposure = serializers.FloatField()
    framing = serializers.FloatField()
    size = serializers.FloatField()
    measured = serializers.IntegerField(help_text="Pictures that the scores are of.")
    unmeasured = serializers.IntegerField(help_text="Pictures whose look is not known.")
    pictures = serializers.IntegerField(help_text="Pictures in the reference.")
    drift = serializers.DictField(
        child=serializers.CharField(), help_text="How the set is off as a whole, by part."
    )
    warnings = serializers.ListField(child=serializers.CharField())
    recipes = serializers.ListField(
        child=serializers.DictField(), help_text="Which recipes made how many of the pictures."
    )
    look_version = serializers.IntegerField()
    engine_version = serializers.IntegerField()

    def to_representation(self, instance: Any) -> Any:
        plain = instance if isinstance(instance, dict) else telling.told_run(instance)
        return super().to_representation(plain)


class WorstOut(serializers.Serializer):
    """A picture that is far from the reference."""

    asset = serializers.IntegerField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    overall = serializers.FloatField()
    colour = serializers.FloatField()
    exposure = serializers.FloatField()
    framing = serializers.FloatField()
    size = serializers.FloatField()
    reasons = serializers.DictField(
        child=serializers.CharField(), help_text="By part, the worst first."
    )
    recipe = serializers.CharField(allow_null=True, help_text="That made the version.")
    recipe_number = serializers.IntegerField(allow_null=True)


class RunWithWorstOut(RunOut):
    worst = WorstOut(many=True, help_text="Kept of a set's last runs; those that you may see.")


class ReferenceSetOut(serializers.Serializer):
    """What a brand's pictures of one category should look like, and how far they do."""

    id = serializers.IntegerField()
    brand = serializers.CharField(help_text="Its slug.")
    category = serializers.ChoiceField(choices=Category.choices)
    pictures = serializers.IntegerField(help_text="How many show it.")
    floor = serializers.FloatField(help_text="A lower score is warned of.")
    fall = serializers.FloatField(help_text="A fall by more points is warned of.")
    newest = serializers.IntegerField(help_text="How many pictures are scored; 0: all.")
    waiting = serializers.BooleanField(help_text="A run was asked for that is not done.")
    locked = serializers.DictField(help_text="Variables of recipes, and what they are locked to.")
    run = RunOut(allow_null=True, help_text="The newest.")

    def to_representation(self, instance: Any) -> Any:
        plain = instance if isinstance(instance, dict) else telling.told_set(instance)
        return super().to_representation(plain)


class ReferenceSetIn(Given):
    brand = Text(max_length=120, help_text="A brand's slug.")
    category = Choice(choices=Category.choices)


class ReferenceSetChangeIn(Given):
    """What is to be changed; what is not named stays."""

    floor = Number(required=False, **POINTS)
    fall = Number(required=False, **POINTS)
    newest = Whole(required=False, min_value=0, max_value=MOST_NEWEST)


class PicturesIn(Given):
    add = BoundedList(child=Id(), max_length=MOST_PICTURES, required=False, help_text="Assets.")
    remove = BoundedList(child=Id(), max_length=MOST_PICTURES, required=False, help_text="Assets.")


class PictureOut(serializers.Serializer):
    asset = serializers.IntegerField(source="version.asset_id")
    version = serializers.IntegerField(source="version_id")
    added_at = serializers.DateTimeField()


@extend_schema_field(
    {"oneOf": [{"type": "string", "maxLength": 200}, {"type": "number"}, {"type": "boolean"}]}
)
class PlainValue(serializers.Field):
    """A text, a number, true or false; null where there shall be none."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and len(data) <= 200 and "\x00" not in data:
            return data
        if isinstance(data, bool | int | float):
            return data
        raise serializers.ValidationError("This is a short text, a number, true, false or null.")

    def to_representation(self, value: Any) -> Any:
        return value


class LockIn(Given):
    name = Text(max_length=40, help_text="A variable of a recipe.")
    value = PlainValue(allow_null=True, help_text="Null: it is no longer locked.")
    note = Text(required=False, allow_blank=True, max_length=240)


class LockOut(serializers.Serializer):
    name = serializers.CharField()
    value = PlainValue()
    note = serializers.CharField()
    locked_by = serializers.CharField(source="locked_by.username", default=None, allow_null=True)
    locked_at = serializers.DateTimeField()


class AspectIn(Given):
    aspect = Choice(
        choices=[(name, name) for name in telling.SCORES],
        required=False,
        help_text="By which score the pictures are in order.",
    )
