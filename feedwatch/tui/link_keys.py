"""The number of a link as it is typed, key by key. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Typed:
    """What a key made of a number that was being typed."""

    digits: str | None = None
    """The number so far; None: it is typed no longer."""
    number: int = 0
    """The link to open; 0: none yet."""
    problem: str = ""
    passed: bool = False
    """The key is none of a number: it means what it always means."""


def after(digits: str, key: str, count: int) -> Typed:
    """What a key makes of the digits, where there are so many links; a number opens once no digit could follow."""
    match key:
        case "escape":
            return Typed()
        case "enter":
            return Typed(number=int(digits)) if digits else Typed()
        case "backspace":
            return Typed(digits[:-1]) if digits else Typed()
    if not (key.isascii() and key.isdigit()):
        return Typed(passed=True)
    number = int(digits + key)
    if not 1 <= number <= count:
        return Typed(problem=f"There is no link {number}: this text has {count}.")
    return Typed(number=number) if number * 10 > count else Typed(digits + key)


def words(digits: str, count: int) -> str:
    """The line at the bottom while a number is typed."""
    return f"; {digits}_  opens a link, 1 to {count}; {'enter ends the number, ' if digits else ''}esc leaves"
