"""Versions: how the next one comes, which one the library shows, and what state each is in."""

from collections.abc import Mapping, Set

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dam.actions.common import Conflict, audited
from dam.actions.library import Picture, new_version
from dam.models import Asset, User, Version
from dam.permissions import require
from dam.signals import version_created, version_reopened, version_settled
from dam.storage import StoredFile, keep

State = Version.State
# From where a version may come into each state. A person may take any decision back.
ALLOWED: Mapping[str, Set[str]] = {
    # From itself too: what is doubtful about it may change while it waits.
    State.IN_REVIEW: set(State) - {State.REFUSED},
    State.APPROVED: {State.PROCESSING, State.IN_REVIEW, State.REJECTED},
    State.REJECTED: {State.IN_REVIEW, State.APPROVED, State.PROCESSING},
    State.REFUSED: {State.PROCESSING},
    State.SUPERSEDED: {State.PROCESSING, State.IN_REVIEW},
    State.PROCESSING: {State.REFUSED, State.SUPERSEDED},
}


def add_version(
    *, asset: Asset, stored: StoredFile, picture: Picture, user: User, note: str = ""
) -> Version:
    """Add the next version of an asset. It is shown at once unless an approved one is shown."""
    require(user, "asset.add_version", asset)
    blob = keep(stored)
    with transaction.atomic(), audited(user, note):
        locked = Asset.objects.select_for_update().get(pk=asset.pk)
        version = new_version(asset=locked, blob=blob, picture=picture, user=user, note=note)
        _take_over(locked, version)
        version_created.send(Version, version=version)
    return version


def set_focus(*, version: Version, user: User, focus: tuple[float, float] | None) -> None:
    """Name the point that matters most, in shares of the upright picture; None takes it back.

    Crops keep it in. Raises ValidationError for a point outside of the picture.
    """
    require(user, "asset.edit", version.asset)
    x, y = focus or (None, None)
    if focus is not None and not all(0.0 <= share <= 1.0 for share in focus):
        raise ValidationError({"focus": _("The point lies outside of the picture.")})
    with transaction.atomic(), audited(user):
        version.focus_x, version.focus_y = x, y
        version.save(update_fields=["focus_x", "focus_y"])


def restore(*, version: Version, user: User, note: str = "") -> Version:
    """Make an old version's picture the newest again. History is added to, never rewritten."""
    require(user, "asset.add_version", version.asset)
    picture = Picture(
        version.file_name,
        version.media_type,
        version.width,
        version.height,
        version.colour_space,
        version.bit_depth,
        version.has_alpha,
        version.kind,
        version.frames,
    )
    words = note or f"Restored version {version.number}"
    with transaction.atomic(), audited(user, words):
        locked = Asset.objects.select_for_update().get(pk=version.asset_id)
        restored = new_version(
            asset=locked,
            blob=version.blob,
            picture=picture,
            user=user,
            note=words,
            restored_from=version,
            sidecar=version.sidecar,
        )
        _take_over(locked, restored)
        version_created.send(Version, version=restored)
    return restored


def _take_over(asset: Asset, version: Version) -> None:
    """Retire undecided predecessors; show `version` unless an approved one is being shown."""
    undecided = asset.versions.filter(state__in=[State.PROCESSING, State.IN_REVIEW])
    for older in undecided.exclude(pk=version.pk):
        settle(version=older, state=State.SUPERSEDED, reason=f"Replaced by v{version.number}")
    current = asset.current_version
    if current is None or current.state not in {State.APPROVED}:
        Asset.objects.filter(pk=asset.pk).update(current_version=version)


def settle(*, version: Version, state: str, reason: str = "", user: User | None = None) -> Version:
    """Bring a version into a state and let the library show what it now should.

    Raises Conflict where the version is in a state that does not lead there: somebody was faster.
    The caller has checked the permission; a machine passes `user=None`.
    """
    with transaction.atomic(), audited(user, reason):
        # The asset first, as every change of versions does: so that none waits in a circle.
        asset = Asset.objects.select_for_update().get(pk=version.asset_id)
        changed = Version.objects.filter(pk=version.pk, state__in=ALLOWED[state]).update(
            state=state, state_reason=reason[:500], state_by=user
        )
        version.refresh_from_db(fields=["state", "state_reason", "state_by"])
        if not changed and version.state != state:
            raise Conflict(f"This version is {version.get_state_display().lower()} by now.")
        if state == State.APPROVED:
            _show(asset, version)
        elif state == State.REFUSED:
            _fall_back(asset, version)
        version_settled.send(Version, version=version, user=user)
    return version


def _show(asset: Asset, version: Version) -> None:
    """Make an approved version the shown one, unless a newer approved one is shown already."""
    current = asset.current_version
    newer = current and current.number > version.number and current.state == State.APPROVED
    if not newer and asset.current_version_id != version.pk:
        asset.current_version = version
        asset.save(update_fields=["current_version", "updated_at"])


def _fall_back(asset: Asset, refused: Version) -> None:
    """Show the last usable version again where a refused one had taken its place."""
    older = asset.versions.filter(number__lt=refused.number).exclude(state=State.REFUSED)
    previous = older.order_by("-number").first()
    if asset.current_version_id != refused.pk or previous is None:
        return
    asset.current_version = previous
    asset.save(update_fields=["current_version", "updated_at"])
    if previous.state == State.SUPERSEDED:
        reason = f"Version {refused.number} was refused"
        settle(version=previous, state=State.PROCESSING, reason=reason)
        version_reopened.send(Version, version=previous)
