"""What happens when, by the seed: which news appears in which round, when daemons are killed, when a sink is down."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.torture.sinks import Act

OTHERS = 2
"""Items that match nothing for each that does."""
STARTING = 0.2
"""Of the daemons, how many are killed while they start."""
START = 0.7
"""Seconds within which those are killed; the first request comes after some 0.6."""
LONGEST = 1.9
"""Seconds after its first request within which any other is killed."""
AIMED = 0.4
"""Of the daemons, how many are killed as soon as a sink has taken a request, whenever that is."""
AIM = 0.002
"""Seconds at most between that request and the kill."""
QUICKEST = 0.01
"""Seconds that a sink takes to answer at least, as on a network: so aimed kills come before the answer, not after."""
STRETCH = (2, 8)
"""Rounds for which the third sink stays as it is."""
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]


@dataclass(frozen=True, slots=True)
class News:
    """One item that a feed will have."""

    round: int
    feed: int
    title: str
    text: str
    matches: bool


@dataclass(frozen=True, slots=True)
class Round:
    """One life of a daemon."""

    news: Sequence[News]
    starting: float | None
    """Seconds after its start at which it is killed; None where it may begin to work."""
    seconds: float
    """After its first request; then it is killed at the latest."""
    late: float
    """The part of those after which the second half of the news appears."""
    aimed: float | None
    """Seconds after a sink's first request at which it is killed, where that comes earlier."""
    third_sink: str
    """up, closed or failing."""


@dataclass(frozen=True, slots=True)
class Plan:
    """All rounds."""

    rounds: Sequence[Round]

    @property
    def news(self) -> tuple[News, ...]:
        """All that appears, in order."""
        return tuple(one for each in self.rounds for one in each.news)

    @property
    def matching(self) -> tuple[str, ...]:
        """The titles that should raise an alert each."""
        return tuple(one.title for one in self.news if one.matches)


def make_plan(seed: int, rounds: int, feeds: int, alerts: int, longest: float = LONGEST) -> Plan:
    """The same for the same numbers, always; no daemon works longer than ``longest`` seconds."""
    draw = random.Random(seed)
    news = _news(draw, rounds, feeds, alerts)
    third = _third_sink(draw, rounds)
    return Plan(
        tuple(
            Round(
                news=[one for one in news if one.round == number],
                starting=draw.uniform(0.1, START) if draw.random() < STARTING else None,
                seconds=draw.uniform(0, longest),
                late=draw.random(),
                aimed=draw.uniform(0, AIM) if draw.random() < AIMED else None,
                third_sink=third[number],
            )
            for number in range(rounds)
        )
    )


def _news(draw: random.Random, rounds: int, feeds: int, alerts: int) -> list[News]:
    """Every item of made-up words of its own, so that no two are one story."""
    kinds = [True] * alerts + [False] * (alerts * OTHERS)
    draw.shuffle(kinds)
    made = []
    for matches in kinds:
        words = [_word(draw) for _ in range(16)]
        title = " ".join(words[:6])
        if matches:
            title = f"{words[0].title()} drone {' '.join(words[1:6])}"
        made.append(News(draw.randrange(rounds), draw.randrange(feeds), title, " ".join(words[6:]) + ".", matches))
    return made


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(4))


def _third_sink(draw: random.Random, rounds: int) -> list[str]:
    states: list[str] = []
    while len(states) < rounds:
        down = draw.choice(("closed", "failing"))
        for state in ("up", down):
            states += [state] * draw.randint(*STRETCH)
    return states[:rounds]


def healthy(draw: random.Random) -> Act:
    """A receiver as it should be."""
    return Act("204", draw.uniform(QUICKEST, 0.06))


def flaky(draw: random.Random) -> Act:
    """A receiver that fails three times in ten, in every way there is."""
    if draw.random() >= 0.3:
        return Act("200", draw.uniform(QUICKEST, 0.1))
    return draw.choice(
        (Act("500"), Act("503", retry_after=1), Act("503"), Act("reset"), Act("closed", wait=draw.uniform(0.2, 0.8)))
    )
