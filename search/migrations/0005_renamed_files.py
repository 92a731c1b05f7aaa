"""A file that is renamed is found by its new name; written by hand."""

from django.db import migrations

ADD = """
CREATE FUNCTION search_versions_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT asset.id FROM after JOIN before USING (id)
        JOIN dam_asset AS asset ON asset.current_version_id = after.id
        WHERE after.file_name IS DISTINCT FROM before.file_name
        ORDER BY asset.id));
    RETURN NULL;
END $$;

CREATE TRIGGER search_version_renamed AFTER UPDATE ON dam_version
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION search_versions_renamed();
"""
REMOVE = """
DROP TRIGGER search_version_renamed ON dam_version;
DROP FUNCTION search_versions_renamed();
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0004_vectors_inline"), ("dam", "0004_names_and_relations")]

    operations = [migrations.RunSQL(ADD, REMOVE)]
