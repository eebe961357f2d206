"""URLs as identities, as links that may be opened, and as something that may be shown.

Every function takes any text and never raises. Nothing here dials, resolves or asks what an address belongs to:
``core/addresses.py`` decides what may be dialled.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

LONGEST_URL = 4096
"""Characters; a longer link is refused, since a cut one leads elsewhere."""

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_HOST = 253  # RFC 1035, 2.3.4

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gbraid|wbraid|dclid|msclkid|twclid|ttclid|yclid|ysclid|igshid?|li_fat_id|s_cid|epik|gclsrc"
    r"|fb_(?:action_ids|action_types|source|ref)|gad_\w+|gs_l|_ga|_gl|ga_(?:source|medium|term|content|campaign)"
    r"|mc_(?:cid|eid)|mkt_tok|_hs(?:enc|mi)|hsctatracking|_openstat|oly_(?:anon|enc)_id|vero_(?:id|conv)|rb_clickid|wickedid"
    r"|at_(?:medium|campaign|custom\d?|link_\w+|format|ptr_name|bbc_team|campaign_type)|ns_(?:mchannel|source|campaign"
    r"|linkname|fee)|cmp(?:id)?|pk_(?:campaign|kwd|source|medium|cid|content)|mtm_\w+|piwik_\w+|xtor|wt_?mc(?:_\w+)?"
    r"|wt_?zmc|__twitter_impression|ref_src|ref_url|spm|scm|smid|sr_share|soc_(?:src|trk)|guccounter|guce_referr\w*"
    r"|trk(?:campaign|info)?|echobox|ito"
    r"|(?:ref|ampref|campaign|campaign_id|source|src|from|via|partner|ncid|traffic_source|cid)=rss\w*",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from and never which page is meant: by name, or by name and value."""

_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # RFC 3986, 2.3
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PATH_SAFE = "/:@!$&'()*+,;=%"
_QUERY_SAFE = _PATH_SAFE + "?"

_PLAIN = re.compile(
    r"https?://[a-z0-9_-]+(?:\.[a-z0-9_-]+)*"
    r"(?P<path>/[A-Za-z0-9\-._~/:@!$&'()*+,=]*)(?:\?(?P<query>[A-Za-z0-9\-._~/:@!$&'()*+,=?]+))?"
    r"(?P<fragment>#[A-Za-z0-9\-._~/:@!$&'()*+,=?]+)?"
)
"""An address that has its normal form already: nearly every one that a feed gives."""
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?", re.IGNORECASE)


@lru_cache(maxsize=1024)
def canonical(url: str) -> str:
    """The normal form that two spellings of one address share (RFC 3986, 6.2.2 and 6.2.3), without tracking parameters.

    An identity, not something to dial: text that is no http or https address comes back as it is, stripped.
    """
    text = url.strip()
    plain = _PLAIN.fullmatch(text)
    if plain and "/." not in plain["path"] and not plain["fragment"] and _keeps(plain["query"]):
        return text
    parts = _split(text)
    if parts is None or parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return text
    path = _without_dots(_escaped(parts.path, _PATH_SAFE)) or "/"
    kept = "&".join(pair for pair in parts.query.split("&") if pair and not _is_tracking(pair))
    query = _escaped(kept, _QUERY_SAFE)
    return f"{parts.scheme}://{_user_info(parts)}{_authority(parts)}{path}{'?' if query else ''}{query}"


def without_query(url: str) -> str:
    """The address up to its query or fragment: what stays when a site puts a token into each link."""
    return re.split(r"[?#]", url.strip(), maxsplit=1)[0]


def safe_link(url: str, base: str = "", *, ascii_only: bool = False) -> str:
    """An absolute http or https URL that may be handed to a browser, or '' where ``url`` can't be made one.

    Relative addresses are resolved against ``base``. User names and passwords are left out: a link by a stranger has no
    business with them, and those of ``base`` must not spread into every link. Refused: other schemes, no host,
    spaces, controls, invisible characters, backslashes, more than ``LONGEST_URL`` characters. ``ascii_only`` writes the
    host in punycode.
    """
    text = url.strip()
    if len(text) <= _LONGEST_HOST and _PLAIN.fullmatch(text):
        return text
    if not text or len(text) > LONGEST_URL or not _is_visible(text):
        return ""
    parts = _split(_joined(base.strip(), text))
    if parts is None or parts.scheme not in _DEFAULT_PORTS:
        return ""
    host = parts.hostname or ""
    if len(host) > _LONGEST_HOST or not _HOST.fullmatch(f"[{host}]" if ":" in host else host):
        return ""
    tail = _escaped(parts.path, _PATH_SAFE) or "/"
    query = f"?{_escaped(parts.query, _QUERY_SAFE)}" if parts.query else ""
    fragment = f"#{_escaped(parts.fragment, _QUERY_SAFE)}" if parts.fragment else ""
    return f"{parts.scheme}://{_authority(parts, ascii_only=ascii_only)}{tail}{query}{fragment}"


def as_http(url: str) -> str:
    """``feed:`` addresses (feed:https://… and feed://…) as what they stand for; others as they are."""
    if not url.lower().startswith("feed:"):
        return url
    rest = url[5:]
    return f"https:{rest}" if rest.startswith("//") else rest


def host_key(url: str) -> str:
    """The server that per-host limits count under: host, and port unless it is the scheme's own; '' without a host."""
    parts = _split(url.strip())
    return _authority(parts) if parts is not None and parts.hostname else ""


def registrable_domain(url: str) -> str:
    """The name that somebody registered ("bbc.co.uk", "someone.github.io"), or the host where there is none."""
    parts = _split(url.strip())
    host = (parts.hostname or "").rstrip(".") if parts is not None else ""
    if not host or len(host) > _LONGEST_HOST:
        return ""
    return _registered(host)


@lru_cache(maxsize=16_384)
def _registered(host: str) -> str:
    import tld

    found = tld.get_fld(f"http://{host}/", fail_silently=True, search_private=True) if _HOST.fullmatch(host) else None
    return str(found) if found else host


def display_host(url: str) -> str:
    """The host for people: its Unicode name, with the punycode beside it where it mixes scripts ("аррӏе.com")."""
    parts = _split(url.strip())
    host = (parts.hostname or "").rstrip(".") if parts is not None else ""
    encoded = _ascii_host(host)
    if "xn--" not in encoded:
        return encoded
    try:
        name = encoded.encode("ascii").decode("idna")
    except UnicodeError:
        return encoded
    if not _is_visible(name):
        return encoded
    return f"{name} ({encoded})" if _mixes_scripts(name) else name


_PRIVATE_NAME = (
    r"[\w.\-]{0,64}(?:token|secret|passw|passphrase|pwd|auth(?!or)|api[_-]?key|credential|signature|session)"
    r"[\w.\-]{0,64}|key|[\w\-]{0,64}[_-]key|sig|sid|jwt|pass|pw|access"
)
_SECRETS = (
    (re.compile(r"(?<=://)[^/?#\s]*@"), "***@"),
    (re.compile(rf"([?&;#](?:{_PRIVATE_NAME})=)[^&#;\s]*", re.IGNORECASE), r"\1***"),
    (re.compile(r"(hooks\.slack\.com/\w+/)[^\s?#]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/)[^\s?#/]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(api\.telegram\.org/bot)[^\s?#/]+", re.IGNORECASE), r"\1***"),
    (re.compile(r"(/bot)\d+(?::|%3A)[\w-]+", re.IGNORECASE), r"\1***"),  # a Bot API server of one's own
)


def redact(url: str) -> str:
    """The address fit for a log, an error or a screen: credentials, private values and webhook tokens as ``***``.

    Works on a whole sentence that holds addresses, too.
    """
    for pattern, replacement in _SECRETS:
        url = pattern.sub(replacement, url)
    return url


def _split(url: str) -> SplitResult | None:
    """The parts; None where there is no reading them: bad brackets, bad port, a host that NFKC makes another of."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url) if base else url
    except ValueError:
        return ""


def _authority(parts: SplitResult, *, ascii_only: bool = True) -> str:
    """Host and port in normal form, without user info."""
    host = (parts.hostname or "").rstrip(".")
    if ascii_only:
        host = _ascii_host(host)
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    return host if port is None or port == _DEFAULT_PORTS.get(parts.scheme) else f"{host}:{port}"


def _user_info(parts: SplitResult) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    return f"{user}{at}"


def _ascii_host(host: str) -> str:
    """Lower case and punycode; as it is where IDNA can't say it."""
    if host.isascii() or len(host) > _LONGEST_HOST:
        return host.lower()
    try:
        return host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return host.lower()


def _escaped(text: str, safe: str) -> str:
    """Percent-encoding in normal form: unreserved characters plain, escapes in upper case, the rest escaped."""
    if "%" in text:
        text = _ESCAPE.sub(_normal_escape, _STRAY_PERCENT.sub("%25", text))
    return quote(text, safe=safe, errors="replace")


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4, for a path of an absolute URL."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/".join(kept)


def _keeps(query: str | None) -> bool:
    """Whether no part of a query is left out."""
    return query is None or all(pair and not _is_tracking(pair) for pair in query.split("&"))


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return _is_tracking_name(name) or (
        (value[:3].lower() == "rss" or not pair.isascii()) and _TRACKING.fullmatch(pair) is not None
    )


@lru_cache(maxsize=1024)
def _is_tracking_name(name: str) -> bool:
    return _TRACKING.fullmatch(name) is not None


def _is_visible(url: str) -> bool:
    """No space, control, invisible character or backslash: nothing that a browser, shell or eye reads differently."""
    return url.isprintable() and " " not in url and "\\" not in url


_ONE_WRITING = (frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}), frozenset({"CJK", "HANGUL"}))
"""Scripts that one language mixes."""


def _mixes_scripts(name: str) -> bool:
    scripts = {unicodedata.name(letter, "?").split(" ", 1)[0] for letter in name if letter.isalpha()}
    return len(scripts) > 1 and not any(scripts <= together for together in _ONE_WRITING)
