"""Figures for the authority: how much was asked, what became of it, how long it took."""
