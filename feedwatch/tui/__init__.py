"""The screen: a client of whatever satisfies ``backend.Backend``; reaches no other layer but the nouns."""
