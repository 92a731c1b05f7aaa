"""Sets of rows whose looks are known, with no files behind them."""

from dataclasses import replace

from processing.consistency.looks import LOOK_VERSION, Look
from processing.consistency.scoring import figures_of
from processing.models import VersionLook

PLAIN = Look(
    a=0.02,
    b=0.03,
    ground_a=0.0,
    ground_b=0.0,
    ground_l=0.95,
    stops=0.5,
    contrast=0.15,
    left=0.2,
    top=0.2,
    right=0.8,
    bottom=0.8,
    width=3000,
    height=2000,
)


def looked(asset, **other: float):
    """Give an asset's current version a look: the plain one, but for what is named."""
    VersionLook.objects.create(
        version=asset.current_version,
        look_version=LOOK_VERSION,
        **figures_of(replace(PLAIN, **other)),
    )
    return asset
