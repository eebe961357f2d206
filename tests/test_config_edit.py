from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.config import default_text, load, read_config
from feedwatch.config_edit import add_feeds, create, remove_feed, save_rule
from feedwatch.errors import ConfigError, UsageError
from feedwatch.model import Subscription

TEXT = """# my feeds
[[feeds]]
url = "https://a.example/"   # the first
tags = [
  "x",
]

# the second one is slow
[[feeds]]
url = "https://b.example/"
name = "B"

# rules below
[[rules]]
name = "D"
match = "drone"
"""


def feed(url: str, name: str = "", outlet: str = "", tags: tuple[str, ...] = ()) -> Subscription:
    return Subscription(url, name, outlet, tags)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "config.toml"
    place.write_text(TEXT)
    return place


def test_a_feed_is_added_behind_the_last_and_nothing_else_changes(path: Path) -> None:
    added = add_feeds(path, [feed("https://c.example/", 'C "quoted"', "C", ("t", "u"))])
    assert [one.url for one in added] == ["https://c.example/"]
    block = '\n[[feeds]]\nurl = "https://c.example/"\nname = "C \\"quoted\\""\noutlet = "C"\ntags = ["t", "u"]\n'
    assert path.read_text() == TEXT.replace('name = "B"\n', f'name = "B"\n{block}')


def test_a_feed_that_is_there_is_not_added_again(path: Path) -> None:
    assert add_feeds(path, [feed("HTTPS://A.example"), feed("https://c.example/"), feed("https://c.example/")])
    assert [one.url for one in load(path).feeds] == [f"https://{name}.example/" for name in "abc"]
    assert add_feeds(path, [feed("https://a.example/?utm_source=x")]) == ()


def test_a_feed_is_removed_and_the_comments_stay(path: Path) -> None:
    remove_feed(path, "https://b.example")
    removed = '[[feeds]]\nurl = "https://b.example/"\nname = "B"\n'
    assert path.read_text() == TEXT.replace(removed, "")


def test_removing_a_feed_that_is_not_there_changes_nothing(path: Path) -> None:
    with pytest.raises(UsageError, match="feedwatch feeds"):
        remove_feed(path, "https://nowhere.example/")
    assert path.read_text() == TEXT


def test_a_strangers_name_cannot_break_out_of_its_value(path: Path) -> None:
    add_feeds(path, [feed("https://c.example/", 'x"\n[poll]\ninterval = "1s"\x1b[2J')])
    assert load(path).feeds[-1].name == 'x" [poll] interval = "1s"[2J'


def test_a_configuration_with_problems_is_not_edited(path: Path) -> None:
    path.write_text(TEXT + "oops = 1\n")
    with pytest.raises(ConfigError, match="oops"):
        add_feeds(path, [feed("https://c.example/")])
    assert path.read_text() == TEXT + "oops = 1\n"


def test_feeds_in_one_line_are_left_to_their_owner(path: Path) -> None:
    path.write_text('feeds = [{ url = "https://a.example/" }]\n')
    with pytest.raises(ConfigError, match="by hand"):
        add_feeds(path, [feed("https://b.example/")])
    with pytest.raises(ConfigError, match="by hand"):
        remove_feed(path, "https://a.example/")
    assert path.read_text() == 'feeds = [{ url = "https://a.example/" }]\n'


def test_an_address_that_is_none_is_refused_before_the_file_changes(path: Path) -> None:
    with pytest.raises(ConfigError, match="is no address"):
        add_feeds(path, [feed("javascript:alert(1)")])
    assert path.read_text() == TEXT


def test_a_first_feed_makes_a_configuration_without_the_sample_feeds(tmp_path: Path) -> None:
    place = tmp_path / "new" / "config.toml"
    add_feeds(place, [feed("https://a.example/")])
    config = load(place)
    assert [one.url for one in config.feeds] == ["https://a.example/"]
    assert [rule.name for rule in config.rules] == ["drone", "general"]
    assert place.read_text().startswith("# feedwatch configuration")


def test_a_file_keeps_its_mode_its_link_and_its_line_ends(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_bytes(b'[[feeds]]\r\nurl = "https://a.example/"')
    real.chmod(0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(real)
    add_feeds(link, [feed("https://b.example/")])
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes() == (
        b'[[feeds]]\r\nurl = "https://a.example/"\r\n\r\n[[feeds]]\r\nurl = "https://b.example/"\r\n'
    )
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_the_default_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    place = tmp_path / "a" / "config.toml"
    create(place)
    assert place.read_text() == default_text()
    with pytest.raises(UsageError, match="left as it is"):
        create(place)


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="can't be written"):
        create(tmp_path / "file" / "config.toml")


@given(st.lists(st.text(max_size=30), max_size=3), st.text(max_size=30))
def test_whatever_a_feed_is_called_the_file_stays_right(tags: list[str], name: str) -> None:
    from feedwatch.config_edit import _entry, _with_feeds

    added = feed("https://c.example/", name, "", tuple(tags))
    after = _with_feeds(TEXT, [added])
    assert tomllib.loads(after)["feeds"][-1] == _entry(added)
    assert read_config(after, Path("c.toml"), None, {}).rules == read_config(TEXT, Path("c.toml"), None, {}).rules


# --- rules -----------------------------------------------------------------------------------------------------------

RULES = """# what matters
[[rules]]
name = "D"            # drones
match = "drone"       # not the bees
severity = "high"

# generals
[[rules]]
match = '''
general EXCEPT (
    "attorney general"
)
'''   # offices
name = "G"

# feeds below
[[feeds]]
url = "https://a.example/"
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_rule_gets_another_expression_and_every_comment_stays(path: Path, ends: str) -> None:
    path.write_bytes(RULES.replace("\n", ends).encode())

    assert not save_rule(path, "D", "  drone -bee\n")

    changed = RULES.replace('match = "drone"', "match = 'drone -bee'").replace("\n", ends)
    assert path.read_bytes() == changed.encode()


def test_a_rule_of_several_lines_is_written_in_several_lines(path: Path) -> None:
    path.write_text(RULES)

    save_rule(path, "G", 'general EXCEPT (\n    "general election"\n)')
    save_rule(path, "D", "drone\nOR uav")

    text = path.read_text()
    assert text == RULES.replace("attorney general", "general election").replace(
        'match = "drone" ', "match = '''\ndrone\nOR uav\n''' "
    )
    assert [rule.match for rule in load(path).rules] == [
        "drone\nOR uav\n",
        'general EXCEPT (\n    "general election"\n)\n',
    ]


def test_a_new_rule_stands_behind_the_last(path: Path) -> None:
    path.write_text(RULES)

    assert save_rule(path, 'The "new" one', 'O\'Brien OR "air defence"')

    rules = load(path).rules
    assert [(rule.name, rule.match) for rule in rules[2:]] == [('The "new" one', 'O\'Brien OR "air defence"')]
    text = path.read_text()
    assert text.index('[[rules]]\nname = "The') > text.index("# offices")
    assert text.index('[[rules]]\nname = "The') < text.index("# feeds below")
    assert [line for line in RULES.splitlines() if line not in text.splitlines()] == []


def test_an_expression_that_cannot_be_read_is_refused_and_nothing_is_written(path: Path) -> None:
    path.write_text(RULES)

    with pytest.raises(ConfigError, match="quote"):
        save_rule(path, "D", '"drone')
    assert path.read_text() == RULES


def test_rules_that_are_not_tables_are_left_to_their_writer(path: Path) -> None:
    path.write_text('rules = [{name = "D", match = "drone"}]\n')

    with pytest.raises(ConfigError, match=r"its rules are not written as \[\[rules\]\] tables"):
        save_rule(path, "D", "uav")


@given(
    st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
    st.sampled_from(["drone", "a\nOR b", "/x'y/", "'''", "\"''\"\nOR b"]),
)
def test_whatever_is_saved_is_read_back(tmp_path_factory: pytest.TempPathFactory, name: str, match: str) -> None:
    path = tmp_path_factory.mktemp("saved") / "config.toml"
    path.write_text(RULES)
    try:
        save_rule(path, name, match)
    except ConfigError:
        assert path.read_text() == RULES
    else:
        assert match in {rule.match.strip() for rule in load(path).rules if rule.name == name.strip()}
