"""The words of an asset take in its creator and what its file says it shows; hand-written."""

from pathlib import Path

from django.db import migrations

FOLDER = Path(__file__).parent


class Migration(migrations.Migration):
    dependencies = [("search", "0006_document_text"), ("dam", "0006_rights_and_sidecars")]

    operations = [
        migrations.RunSQL(
            (FOLDER / "rights_words.sql").read_text(),
            (FOLDER / "rights_words_undo.sql").read_text(),
        )
    ]
