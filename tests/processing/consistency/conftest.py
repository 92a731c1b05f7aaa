"""A brand's product pictures, and the set that they are held to."""

import pytest

from processing.consistency import actions
from tests.processing.consistency.sets import looked


@pytest.fixture
def product(asset_factory):
    """Make a product picture whose look is known: the plain one, but for what is named."""

    def make(title: str = "", category: str = "product", **other):
        more = {name: other.pop(name) for name in ("brand", "state", "user") if name in other}
        asset = asset_factory(title, **more)
        type(asset).objects.filter(pk=asset.pk).update(category=category)
        asset.refresh_from_db()
        return looked(asset, **other)

    return make


@pytest.fixture
def reference(product, brand, admin_user):
    """The set of the brand's products, shown by four pictures that differ as pictures do."""
    found = actions.set_of(brand=brand, category="product", user=admin_user)
    own = [product(f"Model {n}", stops=0.5 + by) for n, by in enumerate((-0.1, 0.0, 0.05, 0.1))]
    versions = [one.current_version for one in own]
    actions.add_pictures(reference=found, versions=versions, user=admin_user)
    return found
