"""What assets are to each other: typed links from one to another."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


class RelationKind(models.TextChoices):
    VARIANT_OF = "variant_of", _("Variant of")
    NEAR_DUPLICATE = "near_duplicate", _("Near-duplicate of")
    NEXT_OF = "next_of", _("Next version of, by its name")


# A link of these kinds says the same either way round: it is kept once, from the older asset.
SYMMETRIC = frozenset({RelationKind.NEAR_DUPLICATE})
# Following these must never lead back to where one began.
ACYCLIC = frozenset({RelationKind.VARIANT_OF, RelationKind.NEXT_OF})


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class Relation(models.Model):
    """One link: `source` is `kind` `target`. It grants nobody the sight of either."""

    Kind = RelationKind

    source = models.ForeignKey("dam.Asset", models.CASCADE, related_name="relations")
    target = models.ForeignKey("dam.Asset", models.CASCADE, related_name="related_from")
    kind = models.CharField(max_length=20, choices=RelationKind)
    created_by = models.ForeignKey(
        "dam.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "target", "kind"], name="one_relation_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="no_relation_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
