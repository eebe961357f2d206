"""Decisions without sockets, files, clock, threads or randomness: all of it arrives as arguments."""
