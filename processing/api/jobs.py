"""Jobs: what is to be done, is being done, and has failed; and once more, please."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from dam.api import filters
from dam.api.idempotency import idempotent
from dam.api.serializers import BoundedList, Choice, Given, Id
from dam.api.views import ApiView, ListView
from dam.models import User
from dam.permissions import can, require
from dam.scopes import Scope
from processing import queue
from processing.api.uploads import uploads_of
from processing.models import ErrorCategory, Job

MOST_AT_ONCE = 500


class JobOut(serializers.Serializer):
    id = serializers.IntegerField()
    step = serializers.CharField()
    version = serializers.IntegerField(source="version_id", allow_null=True)
    asset = serializers.IntegerField(source="version.asset_id", allow_null=True, default=None)
    state = serializers.ChoiceField(choices=Job.State.choices)
    priority = serializers.IntegerField()
    attempts = serializers.IntegerField()
    error_category = serializers.CharField(help_text="Who can mend it; empty without an error.")
    error = serializers.CharField(help_text="A sentence.")
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    milliseconds = serializers.FloatField(allow_null=True)


class RetryIn(Given):
    """Either jobs by their numbers, or all that failed in one category."""

    jobs = BoundedList(child=Id(), required=False, min_length=1, max_length=MOST_AT_ONCE)
    category = Choice(choices=ErrorCategory.choices, required=False)

    def validate(self, wish: dict) -> dict:
        if len(wish) != 1:
            raise serializers.ValidationError("Say “jobs” or “category”: one of them.")
        return wish


class RetriedOut(serializers.Serializer):
    retried = serializers.IntegerField(help_text="How many had failed and are queued again.")


class JobFilter(FilterSet):
    state = filters.choice_filter("state", Job.State.choices, "Queued, running, done or failed.")
    step = filters.text_filter("step", "A step, by its name.")
    category = filters.choice_filter("error_category", ErrorCategory.choices, "Of the error.")
    version = filters.id_filter("version", "Of this version.")
    asset = filters.id_filter("version__asset", "Of this asset.")


def jobs_of(person: User) -> QuerySet[Job]:
    """Return every job for those who keep the system, else those of uploads that are in sight."""
    rows = Job.objects.select_related("version")
    return rows if can(person, "system.see") else rows.filter(version__in=uploads_of(person))


class JobsView(ListView):
    queryset = Job.objects.none()
    serializer_class = JobOut
    filterset_class = JobFilter
    required_scopes = {"GET": Scope.ASSETS_READ}

    def rows(self) -> QuerySet[Job]:
        return jobs_of(self.person)

    @extend_schema(
        operation_id="jobs_list", tags=["Jobs"], summary="Jobs", responses=JobOut(many=True)
    )
    def get(self, request: Request) -> Response:
        """Those of your uploads; all of them for admins of every brand. The newest first."""
        return self.page()


class JobView(ApiView):
    required_scopes = {"GET": Scope.ASSETS_READ}

    @extend_schema(
        operation_id="jobs_get", tags=["Jobs"], summary="One job", responses={200: JobOut}
    )
    def get(self, request: Request, pk: int) -> Response:
        """What became of it, with a sentence where it failed."""
        return Response(JobOut(get_object_or_404(jobs_of(self.person), pk=pk)).data)


class JobsRetryView(ApiView):
    required_scopes = {"POST": Scope.ADMIN}

    @extend_schema(
        operation_id="jobs_retry",
        tags=["Jobs"],
        summary="Try failed jobs again",
        request=RetryIn,
        responses={200: RetriedOut},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Those that have not failed are left alone. For admins of every brand."""
        require(self.person, "system.see")
        given = RetryIn(data=request.data)
        given.is_valid(raise_exception=True)
        return Response({"retried": queue.retry_failed(**given.validated_data)})
