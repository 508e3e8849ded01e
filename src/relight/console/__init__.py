"""The situation page, the journal's pages, the one search box: reads every app, owns no table."""
