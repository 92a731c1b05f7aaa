"""The text of documents is searched too; written by hand, not made by makemigrations."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("search", "0005_renamed_files"), ("dam", "0005_kinds_and_text")]

    operations = [
        migrations.RunSQL(
            (FOLDER / "document_text.sql").read_text(),
            (FOLDER / "document_text_undo.sql").read_text(),
        )
    ]
