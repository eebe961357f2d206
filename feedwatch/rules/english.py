"""The inflections of an English word: plural and verb forms, never derivations.

A stemmer maps *general*, *generally*, *generalize* and *generation* to one stem (measured with Snowball), so forms are
made forwards here, by the rules of spelling and a table of what is irregular. Forms that are no words cost nothing,
since no text has them; a form that is another word costs a false alert, which is what the exceptions are about.
The possessive is not made here: the tokens of ``words.py`` carry it. Nothing here knows other languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began begun; bend bent;
bet; bid; bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought;
broadcast broadcasted; build built; burn burned burnt; burst; buy bought; cast; catch caught; choose chose chosen;
cling clung; come came; cost; creep crept; cut; deal dealt; die died dying; dig dug; do does did done; draw drew
drawn; dream dreamed dreamt; drink drank drunk; drive drove driven; dwell dwelt; eat ate eaten; fall fell fallen; feed
fed; feel felt; fight fought; find found; flee fled; fling flung; fly flew flown; forbid forbade forbidden; forecast
forecasted; foresee foresaw foreseen; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got
gotten; give gave given; go goes went gone; grind ground; grow grew grown; hang hanged hung; hear heard; hide hid
hidden; hit; hold held; hurt; keep kept; know knew known; lay laid; lead led; leap leaped leapt; learn learned learnt;
leave left; lend lent; let; lie lied lay lain lying; lose lost; make made; mean meant; meet met; mislead misled;
mistake mistook mistaken; outrun outran; overcome overcame; override overrode overridden; overrun overran; overtake
overtook overtaken; overthrow overthrew overthrown; pay paid; put; quit; read; rebuild rebuilt; resell resold; retake
retook retaken; ride rode ridden; ring rang rung; rise rose risen; run ran; say said; see saw seen; seek sought; sell
sold; send sent; set; shake shook shaken; shed; shine shone; shoot shot; show showed shown; shrink shrank shrunk;
shut; sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid; sow sowed sown; speak spoke spoken; speed
speeded sped; spend spent; spin spun; spit spat; split; spread; spring sprang sprung; stand stood; steal stole stolen;
stick stuck; sting stung; stink stank stunk; stride strode; strike struck stricken; strive strove striven; swear swore
sworn; sweep swept; swell swelled swollen; swim swam swum; swing swung; take took taken; teach taught; tear tore torn;
tell told; think thought; throw threw thrown; thrust; tie tied tying; undergo undergoes underwent undergone;
understand understood; undertake undertook undertaken; upset; uphold upheld; wake woke woken; wear wore worn; weave
wove woven; weep wept; win won; wind wound; withdraw withdrew withdrawn; withhold withheld; withstand withstood; write
wrote written; embed embedded; exceed exceeded; heed heeded; need needed; proceed proceeded; seed seeded; shred
shredded; succeed succeeded; wed wedded
"""
_NOUNS = """
alumnus alumni; analysis analyses; bacterium bacteria; basis bases; calf calves; child children; crisis crises;
criterion criteria; foot feet; goose geese; grandchild grandchildren; half halves; hypothesis hypotheses; knife knives;
leaf leaves; life lives; loaf loaves; louse lice; man men; midwife midwives; mouse mice; nucleus nuclei; ox oxen;
person people; phenomenon phenomena; shelf shelves; stimulus stimuli; thesis theses; thief thieves; tooth teeth;
wife wives; wolf wolves; woman women
"""
_ANOTHER_WORD = {
    "even": ("evening",),
    "her": ("herring", "hers"),
    "hi": ("his",),
    "ha": ("has",),
    "it": ("its",),
    "new": ("news",),
    "not": ("noted", "notting"),
    "past": ("pasted", "pasting"),
    "the": ("thing",),
    "unit": ("united", "uniting"),
    "wa": ("was",),
}
"""Regular forms that are other, common words."""
_OWN_MEANING = """
bases bit bore bound bred did fed fell felt found ground has lay leaves led left lent lives met people put read rose
saw set shed spoke stole was wound won
"""
"""Irregular forms that more often are words of their own: they don't stand for their verb or noun in a rule."""
_WHOLE = """
always anything besides beijing boeing bring ceiling during evening everything gas hamas hundred hatred indeed king
mars morning naked news nothing offspring paris perhaps ring sacred series something species spring sterling string
texas thing this towards united wales whereas wicked wing
"""
"""Words that look inflected and are not."""
_NOT_IN_MAN = """
caiman german human norman oman ottoman roman shaman talisman
"""
_NEVER_A_VERB = re.compile(r"(?:eral|ional|ical|ity|ism|ness|hood|ology|cracy|ing|ed)$")
_CONSONANT_END = re.compile(r"(?:[^aeiouqy]|^|qu)[aeiou][^aeiouwxy]$")
"""Consonant, vowel, consonant: doubled before -ed and -ing where the last syllable is stressed."""
_VOWELS = re.compile(r"[aeiouy]+")
_NO_SILENT_E = re.compile(r"(?:c[hkt]|sh|mb|mp|n[dt]|r[dkmnt]|l[dlp]|ss|ff|ft|pt|[wxy])$")
_SILENT_E = re.compile(r"(?:[uvcz]|[bcdfgkpt]l)$")
_SHORTEST_STEM = 3


def _table(text: str) -> dict[str, tuple[str, ...]]:
    rows = (row.split() for row in text.split(";"))
    return {row[0]: tuple(row[1:]) for row in rows}


_AMBIGUOUS = frozenset(_OWN_MEANING.split())
_UNINFLECTED = frozenset(_WHOLE.split())
_NO_MEN = frozenset(_NOT_IN_MAN.split())
_VERB_FORMS = _table(_VERBS)
_NOUN_FORMS = _table(_NOUNS)
_BASES = {
    form: base
    for table in (_VERB_FORMS, _NOUN_FORMS)
    for base, forms in table.items()
    for form in forms
    if form not in _AMBIGUOUS
}


@lru_cache(maxsize=16_384)
def inflections(word: str, *, name: bool = False) -> frozenset[str]:
    """Every form of ``word`` (folded), itself among them; a ``name``, written with a capital, keeps its -ing."""
    if len(word) == 1 or not word.isalnum() or word.isdigit():
        return frozenset((word,))
    if not (word.isascii() and word.isalpha()):
        return frozenset((word, f"{word}s"))
    bases = _bases(word, name=name)
    forms = {word}.union(*(_family(base) for base in bases or (word,)))
    if word.endswith("ing"):
        forms.add(f"{word}s")
    return frozenset(forms)


def _bases(word: str, *, name: bool) -> tuple[str, ...]:
    """What ``word`` may be a form of; empty where it is a base itself."""
    if word in _UNINFLECTED:
        return ()
    if word in _BASES:
        return (_BASES[word],)
    if word in _VERB_FORMS or word in _NOUN_FORMS or word in _AMBIGUOUS:
        return ()
    if word.endswith("men") and len(word) > _SHORTEST_STEM + 1:
        return (f"{word[:-2]}an",)
    if word.endswith("s"):
        return _singular(word, name=name)
    if not name and word.endswith(("ed", "ing")):
        return _verb_bases(word)
    return ()


def _singular(word: str, *, name: bool) -> tuple[str, ...]:
    if len(word) <= _SHORTEST_STEM or word.endswith(("ss", "us", "is")) or (name and word.endswith(("as", "os"))):
        return ()
    if word.endswith("ies") and len(word) > _SHORTEST_STEM + 1:
        return (f"{word[:-3]}y",)
    if word.endswith(("sses", "xes", "ches", "shes", "zzes", "oes")):
        return (word[:-2],)
    if word[:-2] in ("bus", "gas", "virus", "campus", "census", "status", "surplus"):
        return (word[:-2],)
    return (word[:-1],)


def _verb_bases(word: str) -> tuple[str, ...]:
    """The base of a regular -ed or -ing form, or the two that it may have (``visit``, ``visite``)."""
    stem = word[:-2] if word.endswith("ed") else word[:-3]
    if word.endswith("eed"):
        return (word[:-1],) if word in ("agreed", "decreed", "freed", "guaranteed") else ()
    if word.endswith("ied"):
        return (f"{word[:-3]}y",)
    syllables = len(_VOWELS.findall(stem))
    if not syllables or len(stem) == 1:
        return ()
    if stem[-1] == stem[-2] and len(stem) > _SHORTEST_STEM and stem[-1] not in "aeioulszf":
        return (stem[:-1],)
    if stem[-2:] == "ll" and syllables > 1:
        return (stem, stem[:-1])
    if stem in _VERB_FORMS or stem[-1] == stem[-2] or _NO_SILENT_E.search(stem):
        return (stem,)
    if f"{stem}e" in _VERB_FORMS or _SILENT_E.search(stem) or len(stem) < _SHORTEST_STEM:
        return (f"{stem}e",)
    if syllables == 1 and _CONSONANT_END.search(stem):
        return (f"{stem}e",)
    return (stem, f"{stem}e")


def _family(base: str) -> set[str]:
    """A base with all its forms."""
    if base in _NOUN_FORMS:
        return {base, *_NOUN_FORMS[base], *_s_forms(base)}
    if base.endswith("man") and len(base) > _SHORTEST_STEM and base not in _NO_MEN:
        return {base, f"{base[:-2]}en"}
    forms = {base, *_s_forms(base)}
    if base in _VERB_FORMS:
        forms.update(_VERB_FORMS[base], (form for form in _verb_forms(base) if form.endswith("ing")))
    elif len(base) >= _SHORTEST_STEM and base not in _UNINFLECTED and not _NEVER_A_VERB.search(base):
        forms.update(_verb_forms(base))
    return forms.difference(_ANOTHER_WORD.get(base, ()))


def _s_forms(base: str) -> tuple[str, ...]:
    """Plural, or third person."""
    if base in _UNINFLECTED or (base.endswith("s") and len(base) < _SHORTEST_STEM):
        return () if base.endswith("s") else (f"{base}s",)
    if base.endswith("y") and base[-2] not in "aeiou":
        return (f"{base[:-1]}ies",)
    if base.endswith("z") and base[-2:] != "zz":
        return (f"{base}es", f"{base}zes")
    if base.endswith(("s", "x", "z", "sh")):
        return (f"{base}es",)
    if base.endswith(("ch", "o")):
        return (f"{base}es", f"{base}s")
    return (f"{base}s",)


def _verb_forms(base: str) -> tuple[str, ...]:
    """Regular past and -ing forms."""
    if base.endswith(("ee", "oe", "ye")):
        return (f"{base}d", f"{base}ing")
    if base.endswith("ie"):
        return (f"{base}d", f"{base[:-2]}ying")
    if base.endswith("e"):
        return (f"{base}d", f"{base[:-1]}ing")
    if base.endswith("y") and base[-2] not in "aeiou":
        return (f"{base[:-1]}ied", f"{base}ing")
    if base.endswith("c"):
        return (f"{base}ked", f"{base}king")
    doubled = (f"{base}{base[-1]}ed", f"{base}{base[-1]}ing")
    if not _CONSONANT_END.search(base):
        return (f"{base}ed", f"{base}ing")
    return doubled if len(_VOWELS.findall(base)) == 1 else (f"{base}ed", f"{base}ing", *doubled)
