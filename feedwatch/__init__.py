"""feedwatch: a terminal dashboard that watches news feeds and alerts once, soon, with the reason.

The layers, top to bottom; imports point down only (``tests/test_layers.py`` enforces it):

    cli, __main__              composition: the only place that builds things together
    tui        daemon, health  front ends; know nothing of each other
    desk       engine          what a person asks; what runs by itself
    store   net   config       adapters: SQL; sockets, programs and the terminal; config.toml
    core    rules              decisions: pure
    model, events, errors      nouns
"""

__version__ = "0.1.0"
