"""Screens of the catalogue's authors, and guards before other people's screens."""
