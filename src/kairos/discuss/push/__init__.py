"""Telling a person's browsers, also while no page is open: Web Push."""
