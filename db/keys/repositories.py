"""Normal forms of code repositories: one key for every way in which an address is printed.

Path shapes are those of the hosts' own web pages: GitHub (``/tree/REF/path``), GitLab with subgroups
(``/-/tree/REF/path``), Bitbucket and Codeberg (``/src/…``), Hugging Face (``/spaces/…``, ``/datasets/…``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryAddress:
    """Where a repository lives, in the case in which it was printed.

    ``owner`` is everything between host and name, so it holds slashes for GitLab subgroups and for
    Hugging Face (``spaces/owner``). ``subdirectory`` is the folder that the address points into, ``ref`` the
    branch, tag or commit. ``page`` is true when a GitHub or GitLab *page* was printed
    (``owner.github.io/name``): the repository serves that page and may hold nothing else.
    """

    host: str
    owner: str
    name: str
    subdirectory: str | None = None
    ref: str | None = None
    page: bool = False

    @property
    def key(self) -> str:
        """``host/owner/name`` in lower case; hosts compare owners and names without case."""
        return f"{self.host}/{self.owner}/{self.name}".lower()

    @property
    def url(self) -> str:
        """The address a person opens; ``git clone`` takes it too."""
        return f"https://{self.host}/{self.owner}/{self.name}"


def folder_key(key: str, folder: str | None) -> str:
    """What a folder of a repository is called where it is judged by itself; the repository's key without one.

    >>> folder_key("github.com/acme/nets", "papers/a")
    'github.com/acme/nets/tree/HEAD/papers/a'
    """
    return f"{key}{FOLDER_MARK}{folder}" if folder else key


FOLDER_MARK = "/tree/HEAD/"
# First path segments that are the hosts' own pages, not owners.
_GITHUB_PAGES = frozenset(
    [
        "about", "account", "advisories", "apps", "blog", "codespaces", "collections", "contact",
        "customer-stories", "dashboard", "enterprise", "events", "explore", "features", "github-copilot",
        "issues", "join", "login", "logout", "marketplace", "mobile", "new", "notifications", "organizations",
        "orgs", "pricing", "pulls", "readme", "search", "security", "sessions", "settings", "signup", "site",
        "sponsors", "stars", "team", "topics", "trending", "users", "watching",
    ]
)  # fmt: skip
_GITLAB_PAGES = frozenset(
    [
        "-", "admin", "api", "assets", "dashboard", "explore", "groups", "help", "profile", "projects",
        "search", "users",
    ]
)  # fmt: skip
_HUGGINGFACE_PAGES = frozenset(
    [
        "api", "blog", "chat", "collections", "docs", "enterprise", "inference", "join", "learn", "login",
        "models", "new", "notifications", "organizations", "papers", "posts", "pricing", "search", "settings",
        "tasks", "terms-of-service",
    ]
)  # fmt: skip
_OTHER_PAGES = frozenset(
    ["account", "dashboard", "explore", "login", "product", "repo", "site", "support", "user", "users"]
)
_ALIASES = {"hf.co": "huggingface.co", "github.org": "github.com", "ssh.github.com": "github.com"}
# Hosts that serve files or notebooks of GitHub repositories under a path of their own.
_MIRRORS = (
    re.compile(r"(?:raw\.githubusercontent\.com|raw\.github\.com|media\.githubusercontent\.com/media)/(.+)"),
    re.compile(r"codeload\.github\.com/(.+)"),
    re.compile(r"api\.github\.com/repos/([^/]+/[^/]+)"),
    re.compile(r"(?:nbviewer\.(?:jupyter|ipython)\.org|nbviewer\.org)/github/(.+)"),
    re.compile(r"colab\.research\.google\.com/github/(.+)"),
    re.compile(r"(?:colab|githubtocolab)\.com/(.+)"),
    re.compile(r"(?:beta\.)?mybinder\.org/v2/gh/(.+)"),
    re.compile(r"(?:cdn|fastly)\.jsdelivr\.net/gh/([^/@]+/[^/@]+)"),
)
_MIRROR_HOSTS = frozenset(
    [
        "raw.githubusercontent.com", "raw.github.com", "media.githubusercontent.com", "codeload.github.com",
        "api.github.com", "nbviewer.jupyter.org", "nbviewer.ipython.org", "nbviewer.org", "colab.research.google.com",
        "colab.com", "githubtocolab.com", "mybinder.org", "beta.mybinder.org", "cdn.jsdelivr.net",
        "fastly.jsdelivr.net",
    ]
)  # fmt: skip
_RAW_HOSTS = ("raw.", "media.", "mybinder", "beta.mybinder")  # owner/name/REF/path, without "blob"

_SCHEME = re.compile(r"^(?:git\+)?(?:https?|git|ssh)://+", re.IGNORECASE)
_SCP = re.compile(r"^(?:[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?!\d+/)(?P<path>[^/:\s].*)$")
_USERINFO = re.compile(r"^[^/@\s]*@")
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
_GITHUB_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}")
_OWNER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_EDGES = " \t\r\n\"'`<>()[]{}|\\^,;:!?*“”‘’«»„…。，；：）（】【"
_SPACE = re.compile(r"\s")
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")
_PORT = re.compile(r":\d*$")
_TREE_WORDS = frozenset(
    [
        "blame", "blob", "commit", "commits", "edit", "raw", "releases", "resolve", "src", "tags", "tree",
    ]
)  # fmt: skip


def parse_repository_url(text: str) -> RepositoryAddress | None:
    """Read the repository out of an address, however it is printed.

    Understood: with or without scheme, user, port and ``www.``; ``git@host:owner/name.git`` and ``ssh://``;
    ``.git``, query, fragment, closing punctuation and brackets; links to folders, files, issues and releases;
    ``raw.githubusercontent.com``, nbviewer, Colab and Binder; ``owner.github.io/name`` (as ``page``); GitLab
    with subgroups on any host called ``gitlab.…``, Hugging Face models, datasets and spaces, Bitbucket,
    Codeberg, Gitee, sourcehut. The text must be one address. ``None`` for gists, owners without a
    repository, hosts' own pages (``github.com/topics/…``) and everything else.

    A branch whose name holds a slash cannot be told from a folder; its first segment is taken as ``ref``.

    >>> parse_repository_url("git@github.com:Acme/Net.git").key
    'github.com/acme/net'
    >>> parse_repository_url("https://github.com/acme/nets/tree/main/papers/a).").subdirectory
    'papers/a'
    """
    body = text.strip(_EDGES).rstrip(".").strip(_EDGES)
    if not body or len(body) > 2000 or _SPACE.search(body) is not None:
        return None
    body, had_scheme = _SCHEME.sub("", body), _SCHEME.match(body) is not None
    body = _USERINFO.sub("", body)
    if not had_scheme and (scp := _SCP.match(body)) is not None:
        body = f"{scp['host']}/{scp['path']}"
    body = _QUERY_OR_FRAGMENT.split(body, maxsplit=1)[0]
    host, _, path = body.partition("/")
    host = _PORT.sub("", host.lower()).removeprefix("www.").rstrip(".")
    if _HOST.fullmatch(host) is None:
        return None
    host = _ALIASES.get(host, host)
    path = unquote(path)
    if _SPACE.search(path) is not None:
        return None
    parts = [part for part in path.split("/") if part]
    if parts:
        parts[-1] = parts[-1].strip(_EDGES).rstrip(".")
    return _read(host, [part for part in parts if part])


def repository_key(text: str) -> str | None:
    """The key ``host/owner/name`` (lower case) of any printed address; idempotent.

    >>> repository_key("https://www.GitHub.com/Acme/Net.git#readme")
    'github.com/acme/net'
    """
    address = parse_repository_url(text)
    return None if address is None else address.key


def _read(host: str, parts: Sequence[str]) -> RepositoryAddress | None:
    if host.endswith((".github.io", ".gitlab.io")):
        return _page(host, parts)
    whole = "/".join((host, *parts))
    for mirror in _MIRRORS if host in _MIRROR_HOSTS else ():
        if (found := mirror.fullmatch(whole)) is not None:
            inner = found[1].split("/")
            if host.startswith(_RAW_HOSTS) and len(inner) > 3:
                inner.insert(2, "blob")
            return _read("github.com", inner)
    if host == "github.com":
        return _two_level(host, parts, _GITHUB_OWNER, _GITHUB_PAGES)
    if host == "huggingface.co":
        return _hugging_face(parts)
    if host.split(".")[0] == "gitlab":
        return _gitlab(host, parts)
    if host in ("bitbucket.org", "codeberg.org", "gitea.com", "gitee.com"):
        return _two_level(host, parts, _OWNER, _OTHER_PAGES)
    if host == "git.sr.ht" and parts and parts[0].startswith("~"):
        return _two_level(host, parts, re.compile(r"~[a-z0-9_.-]+", re.IGNORECASE), frozenset())
    return None


def _two_level(
    host: str, parts: Sequence[str], owner_form: re.Pattern[str], pages: frozenset[str]
) -> RepositoryAddress | None:
    if len(parts) < 2 or parts[0].lower() in pages or owner_form.fullmatch(parts[0]) is None:
        return None
    name = _bare_name(parts[1])
    if name is None:
        return None
    ref, subdirectory = _inside(parts[2:])
    return RepositoryAddress(host=host, owner=parts[0], name=name, ref=ref, subdirectory=subdirectory)


def _gitlab(host: str, parts: Sequence[str]) -> RepositoryAddress | None:
    # "-" ends the project's path; addresses printed before 2019 lack it.
    end = next((i for i, part in enumerate(parts) if i >= 2 and (part == "-" or part in _TREE_WORDS)), None)
    project, rest = parts[:end], parts[end:] if end is not None else ()
    if len(project) < 2 or project[0].lower() in _GITLAB_PAGES:
        return None
    name = _bare_name(project[-1])
    if name is None or any(_OWNER.fullmatch(part) is None for part in project[:-1]):
        return None
    ref, subdirectory = _inside([part for part in rest if part != "-"])
    owner = "/".join(project[:-1])
    return RepositoryAddress(host=host, owner=owner, name=name, ref=ref, subdirectory=subdirectory)


def _hugging_face(parts: Sequence[str]) -> RepositoryAddress | None:
    family = parts[0].lower() if parts else ""
    if family in ("datasets", "spaces"):
        found = _two_level("huggingface.co", parts[1:], _OWNER, frozenset())
        if found is None or found.name.lower() in _TREE_WORDS:  # "datasets/squad/tree/…" has no owner
            return None
        return RepositoryAddress(
            host=found.host,
            owner=f"{family}/{found.owner}",
            name=found.name,
            ref=found.ref,
            subdirectory=found.subdirectory,
        )
    return _two_level("huggingface.co", parts, _OWNER, _HUGGINGFACE_PAGES)


def _page(host: str, parts: Sequence[str]) -> RepositoryAddress | None:
    """The repository that serves a page: https://docs.github.com/pages, "Types of GitHub Pages sites"."""
    owner, _, pages = host.partition(".")
    if _GITHUB_OWNER.fullmatch(owner) is None or "." in pages.removesuffix(".io"):
        return None
    if not parts or "." in parts[0]:  # a user's own site, or a file on it
        name: str | None = host
    else:
        name = _bare_name(parts[0])
    if name is None:
        return None
    return RepositoryAddress(host=pages.removesuffix("io") + "com", owner=owner, name=name, page=True)


def _bare_name(printed: str) -> str | None:
    name = printed.strip(_EDGES).rstrip(".")
    while name.lower().endswith(".git"):
        name = name[:-4].rstrip(".")
    if _NAME.fullmatch(name) is None or not any(ch.isalnum() for ch in name):
        return None
    return name


def _inside(rest: Sequence[str]) -> tuple[str | None, str | None]:
    """Ref and folder of what follows the name; a file counts as its folder, ``..`` ends the path."""
    if len(rest) < 2 or rest[0] not in ("tree", "blob", "raw", "src", "resolve", "blame"):
        return None, None
    kind, rest = rest[0], rest[1:]
    if kind == "src" and rest[0] in ("branch", "commit", "tag") and len(rest) > 1:  # Codeberg, Gitea
        rest = rest[1:]
    ref, path = rest[0], [part for part in rest[1:] if part not in (".", "item")]
    if ".." in path:
        path = path[: path.index("..")]
    if path and (kind in ("blob", "raw", "resolve", "blame") or re.search(r"\.\w{1,5}$", path[-1])):
        path = path[:-1]
    return ref, "/".join(path) or None
