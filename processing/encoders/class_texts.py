"""Build time only: sentences that say what each of the classifier's 1,000 classes is.

The words are timm's copy of WordNet's lemmas and definitions (Fellbaum 1998). It has no hierarchy,
so the kind that a thing belongs to is read off its definition: "a small schnauzer" is a schnauzer,
and what a schnauzer is stands in the next definition. Animals have the kinds of class_kinds.toml.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from processing.encoders.base import EncoderError

DEPTH = 3
_OF = re.compile(
    r"^(?:(?:an?|the|any|either|one|some) )?(?:[\w-]+ ){0,6}?"
    r"(?:breeds?|variet(?:y|ies)|kinds?|types?|species|strains?|forms?|members?|any|either|one"
    r"|several|numerous|various|group|family|genus) (?:\w+ ){0,2}?of "
    r"(?:the |an? |two |three |several |numerous |various |many |these |those )*"
)
# Where the noun phrase of a definition ends.
_END = re.compile(
    r"(?<!-)\b(?:of|having|with|that|which|whose|used|for|in|from|native|found|on|at|by|to"
    r"|resembling|related|consisting|made|worn|usually|similar|as|living|where|when|and|but|not"
    r"|formerly|originally|bearing|containing|designed|built|developed|attached|noted|known"
    r"|covered|under|about|like|trained|bred|widely|feeding|producing|without|into|whereby|being"
    r"|is|are|can|capable|especially|equipped|powered)\b|[,;:]"
)
# Too general to say anything, or mostly misread.
_EMPTY_WORDS = """
vertebrate invertebrate animal device artifact structure object instrument implement
instrumentation equipment organism thing construction unit covering container conveyance area
mechanism contrivance arthropod surface edge line person body room chamber human upper piece top
head part set pair phase breed one two any either all some end small large
"""
_EMPTY = frozenset(_EMPTY_WORDS.split()) | {"aquatic vertebrate", "resonating chamber"}
_SINGULAR = (
    ("ies", "y"), ("ves", "f"), ("ches", "ch"), ("shes", "sh"), ("sses", "ss"), ("xes", "x"),
    ("s", ""),
)  # fmt: skip


@dataclass(frozen=True)
class ClassTexts:
    """Three sentences for each class, in the classifier's order, and its plain name."""

    names: list[str]
    synonyms: list[str]
    definitions: list[str]
    kinds: list[str]


def class_texts() -> ClassTexts:
    """Read the sentences; raises :class:`EncoderError` where timm is not installed."""
    words = _WordNet(_timm_info())
    names = [words.lemmas[synset][0] for synset in words.classes]
    synonyms = [f"a photo of a {', '.join(words.lemmas[synset])}" for synset in words.classes]
    definitions = [
        f"a photo of a {name}, {words.definitions[synset]}"
        for name, synset in zip(names, words.classes, strict=True)
    ]
    kinds = [
        f"a photo of a {', '.join([name, *_new_words(name, kinds)])}"
        for name, kinds in zip(names, words.kinds(), strict=True)
    ]
    return ClassTexts(names, synonyms, definitions, kinds)


def _new_words(name: str, kinds: list[str]) -> list[str]:
    said = name.lower().split()
    return [kind for kind in kinds if kind not in said]


def _timm_info() -> Path:
    # Found, not imported: importing timm brings torchvision along.
    found = importlib.util.find_spec("timm")
    if found is None or found.origin is None:
        raise EncoderError("timm is not installed; it names the classes of the concept encoder")
    return Path(found.origin).parent / "data" / "_info"


class _WordNet:
    """Lemmas and definitions of WordNet's nouns, and the kinds that can be read off them."""

    def __init__(self, folder: Path) -> None:
        self.classes = (folder / "imagenet_synsets.txt").read_text(encoding="utf-8").split()
        lemmas = _table(folder / "imagenet_synset_to_lemma.txt")
        self.lemmas = {
            synset: [lemma.strip() for lemma in text.split(",")] for synset, text in lemmas.items()
        }
        self.definitions = _table(folder / "imagenet_synset_to_definition.txt")

    def kinds(self) -> list[list[str]]:
        """For each class the kinds it belongs to, the closest first."""
        told = _animal_kinds(len(self.classes))
        return [told.get(at) or self._read_off(one) for at, one in enumerate(self.classes)]

    def _read_off(self, synset: str) -> list[str]:
        found: list[str] = []
        seen = {synset}
        for _ in range(DEPTH):
            step = self._genus(synset)
            if step is None or step[1] in seen:
                break
            word, synset = step
            seen.add(synset)
            if word not in _EMPTY:
                found.append(word)
        return found

    def _genus(self, synset: str) -> tuple[str, str] | None:
        own = {lemma.lower() for lemma in self.lemmas[synset]}
        words = re.findall(r"[a-z'-]+", _noun_phrase(self.definitions[synset]))
        while words:
            for start in range(len(words)):
                for candidate in _forms(words[start:]):
                    if candidate in self._owners and candidate not in own:
                        return candidate, self._closest(candidate, synset)
            words.pop()
        return None

    def _closest(self, lemma: str, synset: str) -> str:
        # Kin stand close together in WordNet's numbering, and a kind before its members.
        here = int(synset[1:])

        def distance(other: str) -> int:
            gap = here - int(other[1:])
            return gap if gap >= 0 else -2 * gap

        return min(self._owners[lemma], key=distance)

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        owners: dict[str, list[str]] = {}
        for synset, lemmas in self.lemmas.items():
            for lemma in lemmas:
                owners.setdefault(lemma.lower(), []).append(synset)
        return owners


def _noun_phrase(definition: str) -> str:
    text = re.sub(r"^\([^)]*\)\s*", "", definition.strip().lower()).split(";")[0]
    for _ in range(3):
        lead = _OF.match(text)
        if lead is None or lead.end() == len(text):
            break
        text = text[lead.end() :]
    return _END.split(text)[0]


def _forms(words: list[str]) -> list[str]:
    """The words as one lemma, as written and in the singular; [] where that says nothing."""
    whole = " ".join(words)
    if len(whole) < 3 or whole in _EMPTY:
        return []
    singular = [
        whole[: -len(ending)] + instead
        for ending, instead in _SINGULAR
        if whole.endswith(ending) and not whole.endswith("ss") and len(words[-1]) > 3
    ]
    return [whole, *singular]


def _animal_kinds(count: int) -> dict[int, list[str]]:
    path = Path(__file__).with_name("class_kinds.toml")
    runs = tomllib.loads(path.read_text(encoding="utf-8"))["kinds"]
    told: dict[int, list[str]] = {}
    for first, last, kind in sorted(runs, key=lambda run: run[1] - run[0]):
        for at in range(first, min(last + 1, count)):
            told.setdefault(at, []).append(kind)
    return told


def _table(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line)
