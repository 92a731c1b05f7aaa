"""A sandbox with tight bounds, and the functions that tests have it call."""

import pytest

from processing import sandbox
from processing.sandbox import allowed
from tests.processing import in_a_cell

MIB = 300
SECONDS = 2
CALLS = 3
SETUP = sandbox.Setup(
    bounds=sandbox.Bounds(memory_mib=MIB, seconds=SECONDS), at_once=2, patience=0.5, calls=CALLS
)


@pytest.fixture(scope="module", autouse=True)
def small_cells():
    """A sandbox with tight bounds that knows the functions of `in_a_cell`."""
    before = dict(allowed.ALLOWED)
    names = [name for name in vars(in_a_cell) if callable(getattr(in_a_cell, name))]
    ours = {name for name in names if getattr(in_a_cell, name).__module__ == in_a_cell.__name__}
    allowed.ALLOWED.update({f"{in_a_cell.__name__}:{name}": None for name in ours})
    sandbox.configure(SETUP)
    yield
    allowed.ALLOWED.clear()
    allowed.ALLOWED.update(before)
    from processing import sandboxing

    sandboxing.set_up()


@pytest.fixture(scope="module")
def roomy_cells():
    """A sandbox that needs no library's storage, with time enough on a busy machine."""
    from processing import sandboxing

    sandbox.configure(sandbox.Setup(bounds=sandbox.Bounds(memory_mib=1_500, seconds=100)))
    yield
    sandboxing.set_up()
