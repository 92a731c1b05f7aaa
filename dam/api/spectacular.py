"""What drf-spectacular is told: settings of Django, apart because they are long."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "Loupe",
    "VERSION": "1",
    "DESCRIPTION": "Everything that the pages of Loupe do, for programs.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "UploadState": "processing.uploads.models.UploadState",
        "VersionState": "dam.models.version.VersionState.choices",
        "TagState": "dam.models.taxonomy.TagState.choices",
        "TagSource": "dam.models.taxonomy.TagSource.choices",
        "TagDecision": "dam.api.tags.DECIDED",
        "SourceKind": "processing.models.source.SourceKind.choices",
        "SourceFileState": "processing.models.source.SourceFileState.choices",
        "JobState": "processing.models.JobState.choices",
        "ErrorCategory": "processing.models.ErrorCategory.choices",
        "Category": "dam.models.asset.Category.choices",
        "ItemState": "review.api.items.STATES",
        "Verdict": "review.api.decisions.EVERY_VERDICT",
        "VerdictIn": "review.api.decisions.VERDICTS",
        "VerdictOfMany": "review.api.decisions.OF_MANY",
        "Role": "dam.roles.Role.choices",
        "BulkAction": "dam.api.bulk.CHOICES",
        "RelationKind": "dam.models.relation.RelationKind.choices",
        "DuplicateDecisionKind": "search.duplicates.models.DecisionKind.choices",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dam.api.describe.finish",
    ],
    "PREPROCESSING_HOOKS": ["dam.api.describe.ours"],
    "PATH_CONVERTER_OVERRIDES": {
        "id": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 10**18 - 1},
    },
}
