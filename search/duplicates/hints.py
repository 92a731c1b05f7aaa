"""The hint beside a file that was just uploaded: that it looks like others."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from dam.models import User, Version
from dam.permissions import Grants
from processing.hints import Hint
from search.duplicates.clusters import pairs_for


def looks_like(versions: Iterable[int], user: User) -> dict[int, Hint]:
    """Say how many others, of those that a person may see, each of these versions looks like.

    Only to people who may open the page of near-duplicates.
    """
    if not Grants.of(user).creating:
        return {}
    ids = set(versions)
    rows = pairs_for(user).filter(Q(first__in=ids) | Q(second__in=ids))
    alike: Counter[int] = Counter()
    for pair in rows.values_list("first", "second"):
        alike.update(ids.intersection(pair))
    assets = Version.objects.filter(pk__in=alike).values_list("pk", "asset")
    return {pk: _hint(alike[pk], asset) for pk, asset in assets}


def _hint(count: int, asset: int) -> Hint:
    words = ngettext("Looks like %d other", "Looks like %d others", count) % count
    return Hint(words, f"{reverse('duplicates')}?asset={asset}")
