"""How sure the surest tag of a picture has to be, before nobody is asked about its tags.

Raw confidences are what the tagger makes of them, so a fixed bar would send half of one library
to people and nothing of another. The bar is therefore where the least sure tenth of the brand's
own library ends, and never above the brand's "accepted unasked". Where the tagger has nothing at
all to say of more than that tenth, a sample of the silent ones is asked about: always the same
ones. While there are too few pictures to take a tenth of, only such a sample is asked about.
"""

import zlib
from dataclasses import dataclass

from django.core.cache import caches
from django.db import connection

from dam.models import BrandProfileVersion

LEAST_SURE = 0.1  # the share of a library whose tags are doubted
LOOKED_AT = 1_000  # the newest pictures stand for the library
ENOUGH = 50
KEPT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A picture whose surest tag is at or below `confidence` (0 to 1) is doubted.

    Of those without any tag, the share `silent` (0 to 1) is.
    """

    confidence: float
    silent: float = 1.0

    def asks_about_silent(self, picture: int) -> bool:
        """Whether a picture without any tag is in the sample; the same each time for its bytes."""
        return zlib.crc32(picture.to_bytes(8, "big")) / 2**32 < self.silent


# Of 404 ordinary photographs a quarter had no tag: four tenths of such a quarter are a tenth.
FIRST = Bar(confidence=0.0, silent=0.4)


def bar_of(rules: BrandProfileVersion) -> Bar:
    """Return the bar of a brand under its rules; the library's part is kept for a short while."""
    key = f"review-bar-{rules.brand_id}"
    found = caches["kept"].get(key)
    if found is None:
        confidence, silent, count = _least_sure(rules.brand_id)
        if count < ENOUGH:
            return FIRST
        found = confidence, min(1.0, LEAST_SURE * count / max(1, silent))
        caches["kept"].set(key, found, KEPT_SECONDS)
    return Bar(min(found[0], rules.auto_accept), found[1])


def _least_sure(brand: int) -> tuple[float, int, int]:
    """Return where the least sure share of a brand's newest pictures ends, how many of them have
    no tag at all, and how many they are."""
    with connection.cursor() as cursor:
        cursor.execute(QUANTILE, {"brand": brand, "limit": LOOKED_AT, "share": LEAST_SURE})
        confidence, silent, count = cursor.fetchone()
    return confidence or 0.0, silent, count


QUANTILE = """
SELECT percentile_disc(%(share)s) WITHIN GROUP (ORDER BY best),
    count(*) FILTER (WHERE best = 0), count(*)
FROM (
    SELECT coalesce((
        SELECT max(tag.confidence) FROM dam_tagassignment tag
        WHERE tag.asset_id = asset.id AND tag.source = 'model' AND tag.state <> 'rejected'
    ), 0) AS best
    FROM dam_asset asset JOIN dam_version version ON version.id = asset.current_version_id
    WHERE asset.brand_id = %(brand)s AND asset.deleted_at IS NULL
      AND version.state IN ('approved', 'in_review', 'rejected')
    ORDER BY asset.id DESC LIMIT %(limit)s
) AS newest
"""
