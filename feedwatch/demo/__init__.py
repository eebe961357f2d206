"""The demo: invented news on a loopback server, items trickling in, and a receiver for the alerts."""
