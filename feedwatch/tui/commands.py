"""Every command of the screen once: its name, keys, help line, and where it applies.

Bindings, palette, help screen, the README's table and the names that ``[keys]`` may use are all made from ``COMMANDS``.
Must not import textual: the configuration is checked against these names without a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Flag, auto


class Place(Flag):
    """A screen that a command works on."""

    MAIN = auto()
    FEEDS = auto()
    DELIVERIES = auto()
    WHY = auto()
    STORY = auto()
    BACKTEST = auto()
    STATISTICS = auto()
    RULES = auto()
    EDITOR = auto()
    HELP = auto()
    WELCOME = auto()
    CHART = auto()
    PICTURES = auto()


_TEXTS = Place.WHY | Place.STORY | Place.BACKTEST | Place.CHART | Place.HELP
_LISTS = Place.MAIN | Place.FEEDS | Place.DELIVERIES | Place.STATISTICS | Place.RULES | _TEXTS
_EVERYWHERE = _LISTS | Place.WELCOME | Place.PICTURES
_OUTBOX = Place.DELIVERIES
_LINKED = Place.MAIN | Place.STORY | Place.PICTURES
_PANES = Place.MAIN | Place.STORY | _OUTBOX


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a user can do with a key."""

    name: str
    """Its key in ``[keys]``; the action that does it has the same name."""
    keys: tuple[str, ...]
    """Defaults, as Textual names them; a printable character stands for itself."""
    help: str
    group: str
    """Its heading on the help screen."""
    places: Place
    by_app: bool = False
    """The program does it, not the screen on top."""


COMMANDS = (
    Command("down", ("j", "down"), "Move down", "Move", _LISTS),
    Command("up", ("k", "up"), "Move up", "Move", _LISTS),
    Command("top", ("g", "home"), "Go to the first line; in the stream, to the newest", "Move", _LISTS),
    Command("bottom", ("G", "end"), "Go to the last line", "Move", _LISTS),
    Command("half_down", ("ctrl+d", "pagedown", "space"), "Half a page down", "Move", _LISTS),
    Command("half_up", ("ctrl+u", "pageup"), "Half a page up", "Move", _LISTS),
    Command(
        "open",
        ("enter", "l"),
        "Open the selected line",
        "Move",
        Place.MAIN | Place.FEEDS | _OUTBOX | Place.RULES | Place.STORY,
    ),
    Command(
        "back",
        ("escape", "h", "q"),
        "Go back, or leave a search or a feed",
        "Move",
        _LISTS | Place.EDITOR | Place.PICTURES,
    ),
    Command("next_pane", ("tab",), "Next pane", "Move", _PANES),
    Command("previous_pane", ("shift+tab",), "Previous pane", "Move", _PANES),
    Command("show_items", ("1",), "Show the stream of items", "Views", _LISTS, by_app=True),
    Command("show_alerts", ("2",), "Show the alerts", "Views", _LISTS, by_app=True),
    Command("show_feeds", ("3",), "Show the feeds and their health", "Views", _LISTS, by_app=True),
    Command("show_deliveries", ("4",), "Show the deliveries", "Views", _LISTS, by_app=True),
    Command("show_statistics", ("5",), "Show the statistics of the last 30 days", "Views", _LISTS, by_app=True),
    Command("show_rules", ("6",), "Show the rules, how they do, and edit them", "Views", _LISTS, by_app=True),
    Command("toggle_feeds", ("t",), "Show or hide the list of feeds", "Views", Place.MAIN),
    Command(
        "toggle_stories",
        ("X",),
        "A line for each item or for each story; alerts by rule or by time",
        "Views",
        Place.MAIN,
    ),
    Command("search", ("/",), "Search the items of this view", "Search", Place.MAIN),
    Command("next_hit", ("n",), "Next hit: an item with a match, or a match in the text", "Search", Place.MAIN),
    Command("previous_hit", ("N",), "Previous hit", "Search", Place.MAIN),
    Command("toggle_read", ("m",), "Mark as read or unread", "Items", Place.MAIN),
    Command("toggle_star", ("s",), "Star, or take the star away", "Items", Place.MAIN),
    Command("visual", ("v",), "Select several lines: move on, then mark all of them", "Items", Place.MAIN),
    Command("open_browser", ("o",), "Open the link in the browser", "Items", _LINKED),
    Command("open_link", (";",), "Open a link of the text by its number: ; 3", "Items", Place.MAIN | Place.STORY),
    Command("copy_link", ("y",), "Copy the link to the terminal's clipboard", "Items", Place.MAIN),
    Command("full_text", ("f",), "Show the article from its page, or what the feed said", "Items", Place.MAIN),
    Command("pictures", ("i",), "Fetch the item's pictures and show them", "Items", Place.MAIN),
    Command("next_picture", ("tab", "right"), "The next picture", "Items", Place.PICTURES),
    Command("previous_picture", ("shift+tab", "left"), "The picture before that", "Items", Place.PICTURES),
    Command(
        "undo", ("u",), "Take back the last mark, acknowledgement, split or merge", "Items", Place.MAIN | Place.STORY
    ),
    Command("story", ("x",), "Who told this story, when, and in which words", "Stories", Place.MAIN),
    Command("split", ("-",), "Split the item off its story", "Stories", Place.MAIN | Place.STORY),
    Command("merge", ("+",), "Make one story of two: once on each", "Stories", Place.MAIN),
    Command("acknowledge", ("a",), "Acknowledge the alert", "Alerts", Place.MAIN),
    Command("noise", ("!",), "Say that the alert was noise", "Alerts", Place.MAIN),
    Command("why", ("w",), "Why a rule matched, or why not", "Alerts", Place.MAIN),
    Command("poll_all", ("R",), "Poll every feed now", "Feeds", Place.MAIN | Place.FEEDS),
    Command("poll_feed", ("r",), "Poll this feed now", "Feeds", Place.MAIN | Place.FEEDS),
    Command("add_feed", ("a",), "Add a feed, or the feeds of a site", "Feeds", Place.FEEDS | Place.WELCOME),
    Command("import_opml", ("i",), "Import the feeds of an OPML file", "Feeds", Place.FEEDS | Place.WELCOME),
    Command("start_demo", ("d",), "Start the demo with sample feeds", "Feeds", Place.WELCOME),
    Command("backtest", ("b",), "What a rule would have alerted to in 30 days", "Rules", Place.MAIN | Place.RULES),
    Command("add_rule", ("a",), "Write a new rule", "Rules", Place.RULES),
    Command("chart", ("c",), "The rule's stories by the hour, beside what is usual", "Rules", Place.RULES),
    Command("next_span", ("tab",), "Chart of 24 h, 7 d, 30 d, 90 d: the next", "Rules", Place.CHART),
    Command("previous_span", ("shift+tab",), "The chart before that", "Rules", Place.CHART),
    Command("use_proposal", ("p",), "Edit the rule with the exclusion that is proposed", "Rules", Place.RULES),
    Command("save", ("ctrl+s",), "Save the rule into config.toml", "Rules", Place.EDITOR),
    Command("retry", ("r",), "Send the delivery again now", "Deliveries", _OUTBOX),
    Command("retry_all", ("R",), "Send all that the filter shows again, or every dead one", "Deliveries", _OUTBOX),
    Command("filter", ("/",), "Show only some: dead, channel:desk, since:2d, words", "Deliveries", _OUTBOX),
    Command(
        "test_channel", ("t",), "Test the channel: send it a message, and say what came back", "Deliveries", _OUTBOX
    ),
    Command("palette", (":", "ctrl+p"), "Find a command by its words", "Program", _EVERYWHERE, by_app=True),
    Command(
        "help", ("?", "f1"), "Show all keys; typing finds a command", "Program", _EVERYWHERE ^ Place.HELP, by_app=True
    ),
    Command("quit", ("Q", "ctrl+c"), "Quit", "Program", _EVERYWHERE, by_app=True),
)


def names() -> frozenset[str]:
    """What ``[keys]`` may name."""
    return frozenset(command.name for command in COMMANDS)


def at(place: Place) -> tuple[Command, ...]:
    """The commands that work on a screen, in the order of the help."""
    return tuple(command for command in COMMANDS if place in command.places)


def keys_of(command: Command, overrides: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that a command answers to: its own from ``[keys]``, or those of its defaults that no other took."""
    own = overrides.get(command.name)
    if own is not None:
        return _split(own)
    taken = {key for other in COMMANDS if other is not command for key in _overriding(other, command, overrides)}
    return tuple(key for key in command.keys if key not in taken)


def spelled(keys: tuple[str, ...]) -> str:
    """Keys as a person writes them."""
    return " ".join(_NAMES.get(key, key) for key in keys)


def markdown(overrides: Mapping[str, str] | None = None) -> str:
    """The table of all commands for the README."""
    lines = ["| command | keys | does |", "|---|---|---|"]
    for command in COMMANDS:
        keys = " ".join(f"`{_NAMES.get(key, key)}`" for key in keys_of(command, overrides or {}))
        lines.append(f"| `{command.name}` | {keys} | {command.help} |")
    return "\n".join(lines)


_NAMES = {"escape": "esc", "shift+tab": "shift+tab", "exclamation_mark": "!"}


def _split(keys: str) -> tuple[str, ...]:
    return tuple(key.strip() for key in keys.split(",") if key.strip())


def _overriding(other: Command, command: Command, overrides: Mapping[str, str]) -> tuple[str, ...]:
    """The keys that ``[keys]`` gave to another command of the same screen."""
    if other.name not in overrides or not other.places & command.places:
        return ()
    return _split(overrides[other.name])
