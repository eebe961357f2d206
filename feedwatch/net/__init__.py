"""The only package that opens outgoing sockets."""
