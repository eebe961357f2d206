"""One file per screen: composition and one-line handlers."""
