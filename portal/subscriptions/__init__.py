"""Subscriptions: a verified applicant is told by e-mail that a dossier has news, and no more than that."""
