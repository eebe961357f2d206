"""The registry's commands as Textual bindings."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from feedwatch.tui.commands import Place, at


def bindings(place: Place) -> list[BindingType]:
    """What a screen answers to. Each binding's id is its command, so that ``App.set_keymap`` can change the keys."""
    return [
        Binding(
            ",".join(command.keys),
            f"app.{command.name}" if command.by_app else command.name,
            command.help,
            show=False,
            id=command.name,
        )
        for command in at(place)
    ]
