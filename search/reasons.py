"""Why an asset was found, in plain words."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from dam.models import Asset, TagAssignment
from search import words
from search.evidence import Ranked
from search.models import EmbeddingModel
from search.named import terms_with

NAMED_CONCEPTS, LEAST_CONCEPT = 3, 0.05
NOTICEABLE = 2.0  # standard deviations from which meaning is given as a reason


def reasons(
    assets: Sequence[Asset],
    stems: Collection[str],
    model: EmbeddingModel | None,
    ranked: Mapping[int, Ranked],
) -> dict[int, list[str]]:
    """Return for each asset (by id) what speaks for it, words first.

    `stems` are those of the query's words; `ranked` has the evidence by asset.
    """
    worded = [asset for asset in assets if ranked[asset.pk].words > 0]
    tags = tag_words([asset.pk for asset in worded], terms_with(stems))
    _read_ahead(worded, tags)
    seen = concepts(assets, model) if model else {}
    found = {}
    for asset in assets:
        one = ranked[asset.pk]
        why = _by_word(asset, tags.get(asset.pk, []), stems) if one.words > 0 else []
        if one.tag and not any(told.startswith("tag") for told in why):
            why.append(one.tag)
        if one.stands_out >= NOTICEABLE:
            why.append(_looks(seen.get(asset.pk, [])))
        found[asset.pk] = why or ["nothing much: no closer match was found"]
    return found


def _looks(names: Sequence[str]) -> str:
    return f"looks like: {', '.join(names)}" if names else "looks like what the words mean"


def _by_word(asset: Asset, tags: list[list[str]], stems: Collection[str]) -> list[str]:
    title, *others = (
        _sentence(place, _matching(text, stems)) for place, text in _places(asset).items()
    )
    named = [names[0] for names in tags if any(_matching(name, stems) for name in names)]
    tag = f"{'tag' if len(named) == 1 else 'tags'}: {', '.join(named)}" if named else ""
    # A title is made from the file name: the same words are not told twice.
    rest = [told for told in others if told and told.split(": ", 1)[1] not in title]
    return [told for told in (title, tag, *rest) if told]


def _sentence(place: str, matching: Sequence[str]) -> str:
    if not matching:
        return ""
    noun = "word" if len(matching) == 1 else "words"
    return f"{noun} in the {place}: {', '.join(matching)}"


def _read_ahead(assets: Sequence[Asset], tags: Mapping[int, list[list[str]]]) -> None:
    """Have the stems of every word of a page looked up at once."""
    texts = [text for asset in assets for text in _places(asset).values()]
    texts += [name for groups in tags.values() for names in groups for name in names]
    words.stems_of({token for text in texts for token in _tokens(text)})


def _places(asset: Asset) -> dict[str, str]:
    version = asset.current_version
    return {
        "title": asset.title,
        "file name": version.file_name if version else "",
        "description": asset.description,
    }


def _tokens(text: str) -> list[str]:
    return list(dict.fromkeys(words.plain(text).lower().split()))


def _matching(text: str, stems: Collection[str]) -> list[str]:
    """Return the words of a text that have one of the stems."""
    tokens = _tokens(text)
    known = words.stems_of(tokens)
    return [token for token in tokens if not known[token].isdisjoint(stems)]


def tag_words(
    assets: Iterable[int], terms: Collection[int] | None = None
) -> dict[int, list[list[str]]]:
    """Return the accepted tags of each asset (ids), each as its name and synonyms.

    Where `terms` (ids) are given, only those.
    """
    if terms is not None and not terms:
        return {}
    wanted = {} if terms is None else {"term__in": list(terms)}
    rows = TagAssignment.objects.filter(
        asset__in=list(assets), state=TagAssignment.State.ACCEPTED, **wanted
    ).values_list("asset", "term__name", "term__synonyms")
    found: dict[int, list[list[str]]] = {}
    for asset, name, synonyms in rows.order_by("asset", "-confidence"):
        found.setdefault(asset, []).append([name, *synonyms])
    return found


def concepts(assets: Sequence[Asset], model: EmbeddingModel) -> dict[int, list[str]]:
    """Return the names of what the encoder saw most in each asset, strongest first."""
    by_version = {asset.current_version_id: asset.pk for asset in assets}
    rows = model.embeddings.filter(version__in=list(by_version))
    return {
        by_version[version]: [
            name for name, weight in seen[:NAMED_CONCEPTS] if weight >= LEAST_CONCEPT
        ]
        for version, seen in rows.values_list("version", "concepts")
    }
