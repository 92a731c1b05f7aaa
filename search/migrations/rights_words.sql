-- Who made a picture, and whom and which place its file says it shows, are among its words.

CREATE FUNCTION search_shown(metadata jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws(' · ',
        CASE WHEN jsonb_typeof(metadata -> 'people') = 'array' THEN
            (SELECT string_agg(name, ' · ') FROM jsonb_array_elements_text(metadata -> 'people') AS name)
        END,
        metadata ->> 'headline', metadata ->> 'sublocation', metadata ->> 'city',
        metadata ->> 'region', metadata ->> 'country')
$$;

CREATE OR REPLACE FUNCTION search_refresh_documents(assets bigint[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE search_searchdocument AS document SET words = fresh.words, body = fresh.body
    FROM (
        SELECT asset.id,
            setweight(to_tsvector('english', search_plain(asset.title)), 'A')
            || setweight(to_tsvector('english', search_plain(tags.people)), 'B')
            || setweight(to_tsvector('english', search_plain(version.file_name)
                || ' ' || search_plain(asset.description)
                || ' ' || search_plain(rights.words) || ' ' || search_plain(shown.words)
                || ' ' || search_plain(written.text)), 'C')
            || setweight(to_tsvector('english', search_plain(tags.machine)), 'D') AS words,
            concat_ws(' · ', search_plain(asset.title), search_plain(version.file_name),
                search_plain(asset.description), search_plain(rights.words),
                search_plain(shown.words), search_plain(tags.people),
                search_plain(tags.machine), search_plain(written.text)) AS body
        FROM dam_asset AS asset
        LEFT JOIN dam_version AS version ON version.id = asset.current_version_id
        CROSS JOIN LATERAL (
            SELECT concat_ws(' · ', nullif(asset.creator, ''), nullif(asset.credit, ''),
                nullif(asset.copyright_notice, '')) AS words
        ) AS rights
        CROSS JOIN LATERAL (SELECT search_shown(version.metadata) AS words) AS shown
        LEFT JOIN dam_versiontext AS written ON written.version_id = asset.current_version_id
        LEFT JOIN LATERAL (
            SELECT
                string_agg(term.name || ' · ' || array_to_string(term.synonyms, ' · '), ' · '
                    ORDER BY term.id)
                    FILTER (WHERE tag.source <> 'model' OR tag.decided_by_id IS NOT NULL)
                    AS people,
                string_agg(term.name || ' · ' || array_to_string(term.synonyms, ' · '), ' · '
                    ORDER BY term.id)
                    FILTER (WHERE tag.source = 'model' AND tag.decided_by_id IS NULL)
                    AS machine
            FROM dam_tagassignment AS tag JOIN dam_term AS term ON term.id = tag.term_id
            WHERE tag.asset_id = asset.id AND tag.state = 'accepted'
        ) AS tags ON true
        WHERE asset.id = ANY (assets)
    ) AS fresh
    WHERE document.asset_id = fresh.id
      AND (document.words, document.body) IS DISTINCT FROM (fresh.words, fresh.body)
$$;

CREATE OR REPLACE FUNCTION search_asset_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT after.id FROM after JOIN before USING (id)
        WHERE (after.title, after.description, after.current_version_id,
                after.creator, after.credit, after.copyright_notice)
            IS DISTINCT FROM (before.title, before.description, before.current_version_id,
                before.creator, before.credit, before.copyright_notice)
        ORDER BY after.id));
    RETURN NULL;
END $$;

CREATE FUNCTION search_version_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT asset.id FROM after JOIN before USING (id)
        JOIN dam_asset AS asset ON asset.current_version_id = after.id
        WHERE after.metadata IS DISTINCT FROM before.metadata
        ORDER BY asset.id));
    RETURN NULL;
END $$;
CREATE TRIGGER search_version_changed AFTER UPDATE ON dam_version
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION search_version_changed();
