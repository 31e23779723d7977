"""Exporting: one module a format, found by name in one registry."""
