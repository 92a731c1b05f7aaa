"""What search does when something happens elsewhere."""

from typing import Any

from django.apps import apps as registry
from django.db.models.signals import post_migrate

from dam.signals import vocabulary_changed
from processing.signals import queue_idle


def connect() -> None:
    queue_idle.connect(use_the_quiet, dispatch_uid="search_use_the_quiet")
    vocabulary_changed.connect(judge_anew, dispatch_uid="search_judge_anew")
    post_migrate.connect(bring_terms, dispatch_uid="search_bring_terms")


def use_the_quiet(sender: Any, **more: Any) -> bool:
    from search.steps import idle

    return idle()


def judge_anew(sender: Any, **more: Any) -> None:
    from search.models import EmbeddingModel
    from search.steps import rejudge

    if EmbeddingModel.objects.filter(state=EmbeddingModel.State.ACTIVE).exists():
        rejudge()


def bring_terms(sender: Any, apps: Any = registry, **more: Any) -> None:
    """Bring Loupe's terms into the vocabulary once its tables are there."""
    from search.terms import sync_terms

    there = {model._meta.label for model in apps.get_models()}
    if sender.name == "search" and {"dam.Term", "dam.TermEvent"} <= there:
        sync_terms()
