"""The status store of submitted dossiers: feed, identity check, deadlines."""
