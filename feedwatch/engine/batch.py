"""What polls that are written together know of each other: which stories they tell, and by which items. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from feedwatch.core.outlets import count_outlets
from feedwatch.core.stories import Grouping
from feedwatch.model import Basis, EarlierItem, NewItem, StoryRef


class Batch:
    """Grows as each poll is decided on; ``keeps_tellings`` where rules ask how many outlets tell a story."""

    def __init__(self, bases: Sequence[Basis], *, keeps_tellings: bool = False) -> None:
        self.grouping = Grouping(basis.stories for basis in bases)
        self._keeps = keeps_tellings
        self._tellings: defaultdict[StoryRef, list[EarlierItem]] = defaultdict(list)
        for basis in bases if keeps_tellings else ():
            for story, told in basis.tellings.items():
                if story not in self._tellings:
                    self._tellings[story].extend(told)

    def outlets(self, one: NewItem) -> int:
        """How many outlets tell the item's story by now, where rules ask for it."""
        return 1 if one.story is None else count_outlets(self.grouping.voices(one.story))

    def earlier(self, story: StoryRef) -> tuple[EarlierItem, ...]:
        """The items of polls before this one that tell the story, earliest first."""
        return tuple(self._tellings.get(story, ()))

    def remember(self, told: Iterable[tuple[NewItem, EarlierItem]]) -> None:
        """Let later polls ask about these new items."""
        if self._keeps:
            for one, telling in told:
                if one.story is not None:
                    self._tellings[one.story].append(telling)
