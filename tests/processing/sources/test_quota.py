"""What is beyond the quota of who brings it stays where it is."""

from processing.models import SourceFile


def test_a_watched_folder_keeps_the_file_and_says_why(
    settings, source_of, take, inbox, below, picture
):
    data = picture()
    settings.LOUPE_QUOTA_BYTES = len(data) - 1
    (inbox / "a.jpg").write_bytes(data)
    source = source_of()
    answer = take(source)
    assert (answer["taken"], answer["failed"]) == (0, 0)
    assert "brand_admin brings it" in answer["trouble"]
    assert "beyond your quota" in answer["trouble"]
    assert below() == ["a.jpg"]
    row = SourceFile.objects.get()
    assert row.state == "seen"
    assert "beyond your quota" in row.reason
    settings.LOUPE_QUOTA_BYTES = len(data)
    SourceFile.objects.update(not_before=None)
    assert take(source)["taken"] == 1
    assert below() == ["done/a.jpg"]
