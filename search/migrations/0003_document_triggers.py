"""Database triggers that keep the words of assets; written by hand, not made by makemigrations."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("search", "0002_documents")]

    operations = [
        migrations.RunSQL(
            (FOLDER / "documents.sql").read_text(),
            (FOLDER / "documents_undo.sql").read_text(),
        )
    ]
