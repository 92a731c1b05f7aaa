DROP TRIGGER search_asset_added ON dam_asset;
DROP TRIGGER search_asset_changed ON dam_asset;
DROP TRIGGER search_tag_added ON dam_tagassignment;
DROP TRIGGER search_tag_removed ON dam_tagassignment;
DROP TRIGGER search_tag_updated ON dam_tagassignment;
DROP TRIGGER search_term_updated ON dam_term;
DROP FUNCTION search_asset_added, search_asset_changed, search_tags_changed, search_tags_updated,
    search_terms_updated, search_refresh_documents, search_plain;
