"""The only package that starts worker processes: hostile bytes in, clean drafts out."""
