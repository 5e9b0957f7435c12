"""The officers' side of the portal: accounts, sessions, audit log, search and cards of the hotline desk."""
