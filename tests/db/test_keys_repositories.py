import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.keys.repositories import parse_repository_url, repository_key


@pytest.mark.parametrize(
    "printed",
    [
        "https://github.com/Acme/Quick.Net",
        "http://www.github.com/acme/quick.net/",
        "github.com/acme/quick.net",
        "git@github.com:acme/quick.net.git",
        "ssh://git@github.com/acme/quick.net.git",
        "ssh://git@ssh.github.com:443/acme/quick.net.git",
        "git://github.com/acme/quick.net.git",
        "git+https://github.com/acme/quick.net.git#egg=quick",
        "https://someone:token@github.com/acme/quick.net",
        "https://github.com:443/acme/quick.net",
        "(https://github.com/acme/quick.net).",
        "https://github.com/acme/quick.net}.",
        "<https://github.com/acme/quick.net>,",
        "https://github.com//acme//quick.net",
        "https://github.com/acme/quick.net.git.",
        "https://github.com/acme/quick.net?tab=readme-ov-file#install",
        "https://github.com/acme/quick.net/issues/3",
        "https://github.com/acme/quick%2Enet/releases/tag/v1",
        "https://raw.githubusercontent.com/acme/quick.net/main/README.md",
        "https://nbviewer.org/github/acme/quick.net/blob/main/a.ipynb",
        "https://colab.research.google.com/github/acme/quick.net/blob/main/a.ipynb",
        "https://api.github.com/repos/acme/quick.net",
        "“https://github.com/acme/quick.net”",
    ],
)
def test_one_repository_in_every_printed_form(printed: str) -> None:
    assert repository_key(printed) == "github.com/acme/quick.net"


@pytest.mark.parametrize(
    ("printed", "key", "ref", "subdirectory"),
    [
        ("https://github.com/a/b/tree/main", "github.com/a/b", "main", None),
        ("https://github.com/a/b/tree/main/papers/one/", "github.com/a/b", "main", "papers/one"),
        ("https://github.com/a/b/blob/v1/papers/one/run.py", "github.com/a/b", "v1", "papers/one"),
        ("https://raw.githubusercontent.com/a/b/dev/x/y.md", "github.com/a/b", "dev", "x"),
        ("https://github.com/a/b/tree/main/x/../../../etc", "github.com/a/b", "main", "x"),
        ("https://gitlab.com/g/sub/deep/name/-/tree/main/src", "gitlab.com/g/sub/deep/name", "main", "src"),
        ("https://gitlab.inria.example.fr/g/name/tree/main/a", "gitlab.inria.example.fr/g/name", "main", "a"),
        ("git@gitlab.com:g/sub/name.git", "gitlab.com/g/sub/name", None, None),
        ("https://bitbucket.org/a/b/src/master/code", "bitbucket.org/a/b", "master", "code"),
        ("https://codeberg.org/a/b/src/branch/main/code", "codeberg.org/a/b", "main", "code"),
        ("https://git.sr.ht/~a/b/tree/main/item/code", "git.sr.ht/~a/b", "main", "code"),
        ("https://hf.co/org/model/tree/main", "huggingface.co/org/model", "main", None),
        ("https://huggingface.co/spaces/org/demo", "huggingface.co/spaces/org/demo", None, None),
        ("https://huggingface.co/datasets/org/d", "huggingface.co/datasets/org/d", None, None),
    ],
)
def test_folders_and_other_hosts(printed: str, key: str, ref: str | None, subdirectory: str | None) -> None:
    found = parse_repository_url(printed)
    assert found is not None
    assert (found.key, found.ref, found.subdirectory) == (key, ref, subdirectory)
    assert not found.page


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("https://acme.github.io/net/", "github.com/acme/net"),
        ("acme.github.io/net/index.html", "github.com/acme/net"),
        ("https://acme.github.io", "github.com/acme/acme.github.io"),
        ("https://acme.github.io/index.html", "github.com/acme/acme.github.io"),
        ("https://acme.gitlab.io/net", "gitlab.com/acme/net"),
    ],
)
def test_pages_lead_to_the_repository_that_serves_them(printed: str, key: str) -> None:
    found = parse_repository_url(printed)
    assert found is not None
    assert found.key == key
    assert found.page


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "...",
        "https://github.com",
        "https://github.com/acme",
        "https://github.com/acme/",
        "https://github.com/acme/.git",
        "https://github.com/topics/graphs",
        "https://github.com/orgs/acme/repositories",
        "https://gist.github.com/acme/0123456789abcdef",
        "https://docs.github.com/en/rest",
        "https://huggingface.co/papers/2401.00001",
        "https://huggingface.co/datasets/squad",
        "https://gitlab.com/explore/projects",
        "https://example.org/acme/net",
        "https://evil.example/github.com/acme/net",
        "https://github.com.evil.example/acme/net",
        "https://github.com/-acme/net",
        "two words",
        "https://github.com/acme/net and more",
        "mailto:git@github.com",
    ],
)
def test_what_is_no_repository(printed: str) -> None:
    assert parse_repository_url(printed) is None
    assert repository_key(printed) is None


def test_printed_case_is_kept_for_reading_and_dropped_for_comparing() -> None:
    found = parse_repository_url("HTTPS://GitHub.com/Acme/QuickNet")
    assert found is not None
    assert found.url == "https://github.com/Acme/QuickNet"
    assert found.key == "github.com/acme/quicknet"


_WORDS = st.text(alphabet=string.ascii_letters + string.digits + "-_.", min_size=1, max_size=12)
_ADDRESSES = st.builds(
    "{}{}/{}/{}{}".format,
    st.sampled_from(["", "https://", "http://www.", "ssh://git@", "git@"]),
    st.sampled_from(
        [
            "github.com",
            "gitlab.com",
            "gitlab.example.org",
            "huggingface.co",
            "huggingface.co/spaces",
            "bitbucket.org",
            "codeberg.org",
            "raw.githubusercontent.com",
            "acme.github.io",
            "git.sr.ht",
        ]
    ),
    _WORDS,
    _WORDS,
    st.sampled_from(["", ".git", "/", "/tree/main/a", "/-/blob/main/a/b.py", ").", ".git.", "#x", "/a/b/c"]),
)


@given(st.one_of(_ADDRESSES, st.text(max_size=80)))
def test_keys_are_idempotent_and_ignore_case(text: str) -> None:
    key = repository_key(text)
    if key is None:
        return
    assert key == key.lower()
    assert repository_key(key) == key
    assert repository_key(f"https://{key}.git") == key
    assert repository_key(f"See: {key}") is None


@given(_ADDRESSES)
def test_a_folder_never_leads_out_of_the_repository(text: str) -> None:
    found = parse_repository_url(text)
    if found is not None and found.subdirectory is not None:
        assert not found.subdirectory.startswith("/")
        assert ".." not in found.subdirectory.split("/")
