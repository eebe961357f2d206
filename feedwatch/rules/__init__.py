"""The alert language: parse, match, explain. Pure."""
