"""What processing keeps in the database."""

from processing.models.consistency import (
    ConsistencyDeviation,
    ConsistencyRun,
    LockedSetting,
    ReferencePicture,
    ReferenceSet,
    VersionLook,
)
from processing.models.job import DEFAULT_PRIORITY, ErrorCategory, Job, JobState, WorkerBeat
from processing.models.preset import Preset
from processing.models.provenance import Provenance
from processing.models.recipe import Recipe, RecipeVersion
from processing.models.render import Render
from processing.models.source import Source, SourceFile
from processing.models.trial import RecipeTrial, TrialPicture
from processing.uploads.models import UploadSession

__all__ = [
    "DEFAULT_PRIORITY",
    "ConsistencyDeviation",
    "ConsistencyRun",
    "ErrorCategory",
    "Job",
    "JobState",
    "LockedSetting",
    "Preset",
    "Provenance",
    "Recipe",
    "RecipeTrial",
    "RecipeVersion",
    "ReferencePicture",
    "ReferenceSet",
    "Render",
    "Source",
    "SourceFile",
    "TrialPicture",
    "UploadSession",
    "VersionLook",
    "WorkerBeat",
]
