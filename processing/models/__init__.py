"""What processing keeps in the database."""

from processing.models.job import DEFAULT_PRIORITY, ErrorCategory, Job, JobState, WorkerBeat
from processing.models.provenance import Provenance
from processing.models.recipe import Recipe, RecipeVersion
from processing.models.render import Render
from processing.models.source import Source, SourceFile
from processing.uploads.models import UploadSession

__all__ = [
    "DEFAULT_PRIORITY",
    "ErrorCategory",
    "Job",
    "JobState",
    "Provenance",
    "Recipe",
    "RecipeVersion",
    "Render",
    "Source",
    "SourceFile",
    "UploadSession",
    "WorkerBeat",
]
