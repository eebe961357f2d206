"""Proof that alerts survive crashes: the real daemon is killed again and again while feeds, sinks and time go on."""
