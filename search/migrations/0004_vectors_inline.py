"""Searched vectors stay in their rows: comparing one then costs no second look-up (TOAST)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0003_document_triggers")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE search_embedding ALTER COLUMN vector SET STORAGE PLAIN",
            "ALTER TABLE search_embedding ALTER COLUMN vector SET STORAGE EXTERNAL",
        )
    ]
