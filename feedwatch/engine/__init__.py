"""What runs by itself: polling, parsing, matching, delivering."""
