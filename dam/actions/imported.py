"""Keywords that a file brings: accepted as tags, through the governed vocabulary."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from dam.actions.common import audited
from dam.models import Facet, TagAssignment, Term, Version
from dam.plain_text import plain_line

Source, State = TagAssignment.Source, TagAssignment.State
MOST = 100  # words at once
LONGEST = 120
Path = Sequence[str]  # a keyword with its broader ones, broadest first


def import_keywords(*, version: Version, names: Iterable[str], paths: Iterable[Path] = ()) -> None:
    """Accept a file's words as imported tags: the vocabulary's terms, else new keywords.

    A word is looked up among names and synonyms of every facet, whatever its case. `paths` place
    keywords that are new below their broader ones. What a person decided of an asset stays: a
    rejected tag does not come back. Words that are empty or too long are left out.
    """
    words = clean_words(names)
    with transaction.atomic(), audited(None, "Keywords of the file"):
        terms = terms_for(words, paths)
        accept(version=version, terms=[terms[word] for word in words])


def clean_words(names: Iterable[str]) -> list[str]:
    """Return words as the vocabulary spells them, each once, MOST at most, in their order."""
    spelt = (plain_line(name).lower() for name in names)
    return list(dict.fromkeys(word for word in spelt if 0 < len(word) <= LONGEST))[:MOST]


def terms_for(words: Sequence[str], paths: Iterable[Path] = ()) -> dict[str, int]:
    """Return the term (id) of each clean word, making keywords for those that nobody knows."""
    wanted = set(words)  # of too many words the last are left out, and their paths with them
    chains = {path[-1]: path for path in map(clean_words, paths) if path and path[-1] in wanted}
    every = list(dict.fromkeys([*words, *(w for word in words for w in chains.get(word, ()))]))
    known = _known(every)
    missing = [word for word in every if word not in known]
    if missing:
        Term.objects.bulk_create(
            (Term(facet=Facet.KEYWORD, name=word) for word in sorted(missing)),
            ignore_conflicts=True,
        )
        made = Term.objects.filter(facet=Facet.KEYWORD, name__in=missing)
        known |= dict(made.values_list("name", "pk"))
        _place(missing, chains, known)
    return known


def _known(words: Sequence[str]) -> dict[str, int]:
    """Match names before synonyms, and the governed facets before free keywords."""
    found: dict[str, int] = {}
    named = Term.objects.annotate(spelt=Lower("name")).filter(spelt__in=words)
    for free in (False, True):
        of_facet = named.filter(facet=Facet.KEYWORD) if free else _governed(named)
        for name, pk in of_facet.order_by("pk").values_list("name", "pk"):
            found.setdefault(name.lower(), pk)
        called: QuerySet[Term] = Term.objects.filter(synonyms__overlap=list(words))
        called = called.filter(facet=Facet.KEYWORD) if free else _governed(called)
        for synonyms, pk in called.order_by("pk").values_list("synonyms", "pk"):
            for word in synonyms:
                found.setdefault(word, pk)
    return found


def _governed(terms: QuerySet[Term]) -> QuerySet[Term]:
    return terms.exclude(facet=Facet.KEYWORD)


def _place(
    missing: Sequence[str], chains: Mapping[str, Sequence[str]], known: Mapping[str, int]
) -> None:
    """Put new keywords below their broader ones; those that were there keep their place.

    A new keyword has nothing below it but other new ones of the same path, so that no circle can
    come about as long as a word stands in one path at one place only.
    """
    placed: dict[int, int] = {}
    for chain in chains.values():
        for broader, word in pairwise(chain):
            child, parent = known[word], known[broader]
            if word in missing and child not in placed and not _above(parent, child, placed):
                placed[child] = parent
    for child, parent in placed.items():
        Term.objects.filter(pk=child, parent=None).update(parent=parent)


def _above(term: int, wanted: int, placed: Mapping[int, int]) -> bool:
    """Whether `wanted` is `term` or broader than it, going by what is being placed."""
    step: int | None = term
    while step is not None and step != wanted:
        step = placed.get(step)
    return step == wanted


def accept(*, version: Version, terms: Iterable[int]) -> None:
    """Accept terms (ids) on a version's asset as imported; a machine's guess becomes sure."""
    wanted = sorted(set(terms))
    TagAssignment.objects.bulk_create(
        (
            TagAssignment(
                asset_id=version.asset_id,
                term_id=term,
                version=version,
                source=Source.IMPORT,
                state=State.ACCEPTED,
            )
            for term in wanted
        ),
        ignore_conflicts=True,
    )
    guessed = TagAssignment.objects.filter(
        asset=version.asset_id, term__in=wanted, source=Source.MODEL, decided_by=None
    )
    guessed.update(
        source=Source.IMPORT,
        state=State.ACCEPTED,
        version=version,
        model="",
        raw_score=None,
        confidence=None,
    )
