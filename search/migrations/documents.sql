-- The words of each asset, kept in step with what they come from. Statement triggers see bulk
-- changes too, and do their work once however many rows a statement touches.

CREATE FUNCTION search_plain(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    -- Without accents, and with file names taken apart into words.
    SELECT regexp_replace(
        regexp_replace(normalize(coalesce(given, ''), NFKD), '[\u0300-\u036f]', '', 'g'),
        '[][_./\\,;:!?(){}"“”„«»|+&#@*=~<>-]+', ' ', 'g')
$$;

CREATE FUNCTION search_refresh_documents(assets bigint[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE search_searchdocument AS document SET words = fresh.words, body = fresh.body
    FROM (
        SELECT asset.id,
            setweight(to_tsvector('english', search_plain(asset.title)), 'A')
            || setweight(to_tsvector('english', search_plain(tags.people)), 'B')
            || setweight(to_tsvector('english', search_plain(version.file_name)
                || ' ' || search_plain(asset.description)), 'C')
            || setweight(to_tsvector('english', search_plain(tags.machine)), 'D') AS words,
            concat_ws(' · ', search_plain(asset.title), search_plain(version.file_name),
                search_plain(asset.description), search_plain(tags.people),
                search_plain(tags.machine)) AS body
        FROM dam_asset AS asset
        LEFT JOIN dam_version AS version ON version.id = asset.current_version_id
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

CREATE FUNCTION search_asset_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO search_searchdocument (asset_id, words, body)
        SELECT id, ''::tsvector, '' FROM added ON CONFLICT DO NOTHING;
    PERFORM search_refresh_documents(ARRAY(SELECT id FROM added ORDER BY id));
    RETURN NULL;
END $$;

CREATE FUNCTION search_asset_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT after.id FROM after JOIN before USING (id)
        WHERE (after.title, after.description, after.current_version_id)
            IS DISTINCT FROM (before.title, before.description, before.current_version_id)
        ORDER BY after.id));
    RETURN NULL;
END $$;

CREATE FUNCTION search_tags_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(
        ARRAY(SELECT DISTINCT asset_id FROM changed WHERE state = 'accepted' ORDER BY asset_id));
    RETURN NULL;
END $$;

CREATE FUNCTION search_tags_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT DISTINCT after.asset_id FROM after JOIN before USING (id)
        WHERE (after.state, after.decided_by_id, after.term_id)
            IS DISTINCT FROM (before.state, before.decided_by_id, before.term_id)
        ORDER BY after.asset_id));
    RETURN NULL;
END $$;

CREATE FUNCTION search_terms_updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM search_refresh_documents(ARRAY(
        SELECT DISTINCT tag.asset_id FROM after JOIN before USING (id)
        JOIN dam_tagassignment AS tag ON tag.term_id = after.id AND tag.state = 'accepted'
        WHERE (after.name, after.synonyms) IS DISTINCT FROM (before.name, before.synonyms)
        ORDER BY tag.asset_id));
    RETURN NULL;
END $$;

CREATE TRIGGER search_asset_added AFTER INSERT ON dam_asset
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION search_asset_added();
CREATE TRIGGER search_asset_changed AFTER UPDATE ON dam_asset
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION search_asset_changed();
CREATE TRIGGER search_tag_added AFTER INSERT ON dam_tagassignment
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_tags_changed();
CREATE TRIGGER search_tag_removed AFTER DELETE ON dam_tagassignment
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION search_tags_changed();
CREATE TRIGGER search_tag_updated AFTER UPDATE ON dam_tagassignment
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION search_tags_updated();
CREATE TRIGGER search_term_updated AFTER UPDATE ON dam_term
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION search_terms_updated();

INSERT INTO search_searchdocument (asset_id, words, body)
    SELECT id, ''::tsvector, '' FROM dam_asset ON CONFLICT DO NOTHING;
SELECT search_refresh_documents(ARRAY(SELECT id FROM dam_asset ORDER BY id));
