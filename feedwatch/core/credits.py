"""Which news agency an entry gives as its source: dateline, byline, closing credit, or who is cited in its first lines.

Ten papers that print one agency's wire are one source carried ten times. The forms are those that agencies and papers
use: "KYIV, Nov 3 (Reuters) -", "/ТАСС/", "By The Associated Press", "© 2026 AFP", "With files from dpa", "told
Reuters". A picture's credit ("AP Photo", "AFP/Getty Images") says nothing of the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

HEAD: Final = 300
"""Characters of the text in which an agency that is cited is taken as the source of it all."""
DATELINE: Final = 120
"""Of these, in which a dateline stands."""
TAIL: Final = 200
"""Characters at its end, where credits stand."""

# Name, what else it is called, and where it publishes.
_AGENCIES = (
    ("Reuters", (), "reuters.com"),
    ("AP", ("Associated Press",), "apnews.com"),
    ("AFP", ("Agence France-Presse",), "afp.com"),
    ("dpa", ("DPA", "Deutsche Presse-Agentur"), "dpa.com"),
    ("Bloomberg News", (), "bloomberg.com"),
    ("UPI", ("United Press International",), "upi.com"),
    ("PA Media", ("Press Association",), "pa.media"),
    ("AAP", ("Australian Associated Press",), "aap.com.au"),
    ("CP", ("Canadian Press",), "thecanadianpress.com"),
    ("EFE", ("Agencia EFE",), "efe.com"),
    ("Europa Press", (), "europapress.es"),
    ("ANSA", (), "ansa.it"),
    ("Adnkronos", (), "adnkronos.com"),
    ("APA", (), "apa.at"),
    ("Keystone-SDA", ("Keystone-ATS",), "keystone-sda.ch"),
    ("ANP", (), "anp.nl"),
    ("Belga", (), "belga.be"),
    ("Ritzau", (), "ritzau.dk"),
    ("NTB", (), "ntb.no"),
    ("STT", (), "stt.fi"),
    ("BNS", (), "bns.lt"),
    ("PAP", (), "pap.pl"),
    ("ČTK", ("CTK",), "ctk.cz"),
    ("TASR", (), "tasr.sk"),
    ("MTI", (), "mti.hu"),
    ("Agerpres", (), "agerpres.ro"),
    ("Tanjug", (), "tanjug.rs"),
    ("Lusa", (), "lusa.pt"),
    ("Ukrinform", ("Укрінформ", "Укринформ"), "ukrinform.net"),
    ("UNIAN", ("УНІАН", "УНИАН"), "unian.ua"),
    ("UNN", ("УНН",), "unn.ua"),
    ("Interfax-Ukraine", ("Інтерфакс-Україна", "Интерфакс-Украина"), "interfax.com.ua"),
    ("Interfax", ("Интерфакс",), "interfax.ru"),
    ("TASS", ("ТАСС",), "tass.com"),
    ("RIA Novosti", ("РИА Новости",), "ria.ru"),
    ("BelTA", ("БелТА", "БЕЛТА"), "belta.by"),
    ("Xinhua", (), "xinhuanet.com"),
    ("Kyodo", ("Kyodo News",), "kyodonews.net"),
    ("Jiji", ("Jiji Press",), "jiji.com"),
    ("Yonhap", (), "yna.co.kr"),
    ("PTI", ("Press Trust of India",), "ptinews.com"),
    ("ANI", (), "aninews.in"),
    ("IANS", (), "ians.in"),
    ("Anadolu", ("Anadolu Agency", "Anadolu Ajansı"), "aa.com.tr"),
    ("WAM", (), "wam.ae"),
    ("SPA", (), "spa.gov.sa"),
    ("IRNA", (), "irna.ir"),
)


def _spelled(name: str) -> Iterable[str]:
    """A name, and in capitals where it is long: "REUTERS"."""
    yield name
    if len(name) > 4 and name.upper() != name:
        yield name.upper()


_NAMES = {spelled: name for name, others, _ in _AGENCIES for each in (name, *others) for spelled in _spelled(each)}
_DOMAINS = {domain: name for name, _, domain in _AGENCIES} | {
    "ukrinform.ua": "Ukrinform",
    "unian.net": "UNIAN",
    "unian.info": "UNIAN",
    "tass.ru": "TASS",
    "news.cn": "Xinhua",
}
_FOLDED = {spelled.casefold(): name for spelled, name in _NAMES.items()}

_ENDINGS = ("у", "ом", "а", "и", "і")
"""Of Slavic names."""
_NAME = (
    "(?P<name>"
    + "|".join(re.escape(one) for one in sorted(_NAMES, key=len, reverse=True))
    + r")(?:"
    + "|".join(_ENDINGS)
    + r")?(?!\w)"
)
_NO_PICTURE = r"(?!\s*(?:/?\s*Getty|Photo|photo|Images|Video|via AP))"
_CITING = (
    r"(?:told|reports?|reported by|according to|citing|cited|quoted by|via|повідом\w+|передає|передав|передала|"
    r"посиланням на|сообщ\w+|переда[её]т|ссылкой на|по данным|laut|berichte\w+|meldet\w*|selon|según|secondo)"
)
_BEFORE_NAME = (
    r"(?:\s+(?:the|news agency|agency|die|der|Nachrichtenagentur|l'agence|la|agencia|l'agenzia|агентств\w+|агенці\w+|"
    r"журналіст\w*|кореспондент\w*|корреспондент\w*))*\s+[«\"“]?"
)
_WORD = re.compile(r"\w+")


def _form(written: str) -> Callable[[], re.Pattern[str]]:
    """A pattern that is made when it is first asked for: a screen waits for what it loads, and needs none of these."""
    return cache(lambda: re.compile(written))


_FIRST_WORDS = frozenset(_WORD.findall(name)[0] + ending for name in _NAMES for ending in ("", *_ENDINGS)) | {
    "Reporting", "reporting"
}  # fmt: skip
_DATELINES = (
    _form(rf"[(\[](?:[^()\[\]\n]{{0,30}}/)?{_NAME}(?:/[\w-]{{2,12}})?[)\]]\s*(?:[-–—:]|\n)"),
    _form(rf"(?<!\w)/\s?{_NAME}\s?/"),
    _form(rf"(?:[-–—]|\d\s\w{{3,10}}\.)\s*{_NAME}\s*(?:[.\n]|[-–—]\s)"),
)
_BYLINE = _form(rf"(?:^|[,;/&|(]|\b(?:by|By|BY|von|and|with|via|de)\b)\s*(?:[Tt]he )?{_NAME}{_NO_PICTURE}")
_CITED = (
    _form(rf"\b{_CITING}{_BEFORE_NAME}{_NAME}{_NO_PICTURE}(?!\s+(?-i:[A-Z]))"),
    _form(rf"(?<!\w){_NAME}\s+(?:news agency\s+)?(?:reports?|reported|повідомля\w+|передає|сообщ\w+|переда[её]т|"
               r"berichtet\w*|meldet\w*)\b"),
)  # fmt: skip
_CLOSING = (
    _form(rf"(?:©|\([cC]\)|[Cc]opyright)\s*(?:\d{{4}}\s*)?(?:[Tt]he\s+|by\s+)*{_NAME}{_NO_PICTURE}"),
    _form(
        rf"(?:[Ss]ources?|[Qq]uelle|[Дд]жерело|[Ии]сточник|[Ff]uente|[Ff]onte|[Źź]ródło)\s*:\s*(?:[Tt]he\s+)?{_NAME}{_NO_PICTURE}"
    ),
    _form(rf"[Ww]ith (?:(?:files|inputs?|reporting|agencies) (?:from|by) )?(?:[Tt]he )?{_NAME}\W*$"),
    _form(rf"{_NAME} contributed to this"),
    _form(rf"[Rr]eporting by (?:[Tt]he )?{_NAME}"),
    _form(rf"[\n.]\s*[-–—(\[]?\s*{_NAME}\s*[)\]]?\s*$"),
)


_REUTERS = re.compile(r"\([Rr]eporting by [^()]{3,150}[;,] ?(?:[Aa]dditional reporting|[Ww]riting|[Ee]diting) by ")
"""How its reports end: "(Reporting by Ann Onymous; Editing by Jo Doe)"."""


def agency(author: str, text: str) -> str:
    """The agency whose words these are, by the name that ``agency_of`` gives too; '' where none is credited."""
    head, tail = text[:HEAD], text[-TAIL:]
    if _FIRST_WORDS.isdisjoint(_WORD.findall(f"{author} {head} {tail}")):
        return ""  # nearly always, and much sooner said than by the forms
    places = ((_DATELINES, head[:DATELINE]), ((_BYLINE,), author), (_CLOSING, tail), (_CITED, head))
    for forms, said in places:
        for form in forms:
            found = form().search(said)
            if found:
                return _NAMES[found["name"]]
    return "Reuters" if _REUTERS.search(tail) else ""


def agency_of(outlet: str) -> str:
    """The agency that an outlet is, by its name or domain; '' where it is none."""
    folded = outlet.casefold()
    return _FOLDED.get(folded) or _DOMAINS.get(folded, "")
