"""The status store of submitted dossiers."""
