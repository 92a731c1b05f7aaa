"""How the library tells those above it that something happened. It does not know who listens."""

from django.dispatch import Signal

# sender=Version, version=…: a version was added to an asset, inside its transaction.
version_created = Signal()
# sender=Version, version=…: a superseded version is to be judged anew, inside the transaction.
version_reopened = Signal()
# sender=Version, version=…, user=…: a version's state was set, inside its transaction.
version_settled = Signal()
# sender=Term, terms=[…]: the vocabulary changed.
vocabulary_changed = Signal()
# sender=TagAssignment, asset=…, user=…: a person changed an asset's tags.
tags_decided = Signal()
