"""The menu of the settings: who sees what, and which entry is the current one."""

import pytest

from dam import settings_menu


@pytest.fixture
def menu(monkeypatch):
    """A menu of one's own entries alone."""
    monkeypatch.setattr(settings_menu, "_entries", {})
    settings_menu.register(
        title="Whole queue", url_name="activity", permission="system.see", icon="activity"
    )
    settings_menu.register(title="My bin", url_name="bin", icon="bin", about="What was binned.")
    return settings_menu


def test_entries_are_shown_by_permission_ones_own_first(menu, viewer, admin_user):
    assert [one.title for one in menu.entries_for(viewer)] == ["My bin"]
    assert [one.title for one in menu.entries_for(admin_user)] == ["My bin", "Whole queue"]
    assert [one.group for one in menu.entries_for(admin_user)] == ["oneself", "admins"]


def test_an_unknown_permission_and_a_second_entry_are_refused(menu):
    with pytest.raises(KeyError, match="no such permission"):
        menu.register(title="X", url_name="x", permission="nobody.knows", icon="x")
    with pytest.raises(ValueError, match="already"):
        menu.register(title="Bin", url_name="bin", icon="bin")


def test_the_current_entry_is_found_by_the_address_name(menu):
    assert menu.current("activity_retry").title == "Whole queue"
    assert menu.current("library") is None


def test_the_overview_shows_them_and_the_rail_leads_there(menu, as_, viewer, admin_user):
    page = as_(viewer).get("/settings/").content.decode()
    assert "What was binned." in page
    assert "Whole queue" not in page
    assert 'href="/settings/" aria-current="page"' in page
    assert "Whole queue" in as_(admin_user).get("/settings/").content.decode()


def test_every_entry_of_the_running_menu_has_an_address(db):
    assert settings_menu._entries
    for entry in settings_menu._entries.values():
        assert entry.address.startswith("/")
        assert entry.about, "the overview says what it is for"
