from dataclasses import replace

import pytest

from db.records import (
    Author,
    ImplementationKind,
    ImplementationLink,
    PaperRecord,
    RepositoryRecord,
    RepositoryStatus,
)
from sourcing.implementations.links import find_links

PAPER = PaperRecord(
    source="arxiv",
    source_key="2403.01234",
    url="https://arxiv.org/abs/2403.01234",
    title="TideNet: Forecasting Coastal Floods with Ebb Attention",
    abstract="We present TideNet, which forecasts floods.",
    arxiv_id="2403.01234",
    authors=(Author(name="Marta Kessler", position=1), Author(name="Jun-Ho Baek", position=2)),
    venue_year=2024,
)


def repository(path: str, readme: str | None = None, **more: object) -> RepositoryRecord:
    owner, name = path.split("/")
    made = RepositoryRecord(
        source="github",
        key=f"github.com/{path}".lower(),
        url=f"https://github.com/{path}",
        owner=owner,
        name=name,
        readme=readme,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def stating(text: str, **more: object) -> PaperRecord:
    return replace(PAPER, abstract=f"{PAPER.abstract} {text}", **more)  # type: ignore[arg-type]


def only(links: tuple[ImplementationLink, ...]) -> ImplementationLink:
    (link,) = links
    return link


def said(link: ImplementationLink) -> str:
    return " · ".join(one.text for one in link.evidence)


def test_what_the_text_states_is_official_and_quoted() -> None:
    link = only(find_links(stating("Code is available at https://github.com/mkessler/TideNet.")))
    assert link.paper_id == "arXiv:2403.01234"
    assert (link.repository_key, link.kind) == ("github.com/mkessler/tidenet", ImplementationKind.OFFICIAL)
    assert link.probability > 0.95
    assert "the abstract says “Code is available at" in said(link)
    assert not link.code_promised


def test_a_linked_folder_is_kept() -> None:
    link = only(find_links(stating("Code: https://github.com/mklab/papers/tree/main/tidenet")))
    assert link.subdirectory == "tidenet"


@pytest.mark.parametrize(
    "printed",
    ["https://github.com/mkessler/TideN.", "https://github.com/mkessler/TideNet.Keywords",
     "https://github.com/mkessler/Tide\nNet-2."],
)  # fmt: skip
def test_a_name_that_was_cut_short_or_glued_is_found_again(printed: str) -> None:
    names = ["tidenet-2" if "2" in printed else "tidenet", "pondnet"]
    others = ("somebody/tidenet", "mkessler/tidal-charts")
    held = [repository(one) for one in (*(f"mkessler/{name}" for name in names), *others)]
    link = find_links(stating(f"Our code is at {printed}"), held)[0]
    assert (link.repository_key, link.kind) == (
        f"github.com/mkessler/{names[0]}",
        ImplementationKind.OFFICIAL,
    )
    assert "printed as" in said(link)


def test_a_name_that_could_have_been_cut_from_two_stays_as_printed() -> None:
    held = [repository(f"mkessler/{name}") for name in ("tidenet", "tidenest")]
    link = find_links(stating("Our code is at https://github.com/mkessler/TideN."), held)[0]
    assert link.repository_key == "github.com/mkessler/tiden"


def test_code_comes_before_data_and_data_sets_are_mentions() -> None:
    links = find_links(
        stating(
            "Data: https://huggingface.co/datasets/mk/tides and code: https://github.com/mkessler/TideNet."
        )
    )
    assert [(link.repository_key, link.kind) for link in links] == [
        ("github.com/mkessler/tidenet", ImplementationKind.OFFICIAL),
        ("huggingface.co/datasets/mk/tides", ImplementationKind.MENTION),
    ]


def test_what_is_built_upon_is_a_mention() -> None:
    text = "The simulator is built upon https://github.com/ostrova/waves. Our code: https://github.com/mkessler/TideNet."
    links = {link.repository_key: link.kind for link in find_links(stating(text))}
    assert links == {
        "github.com/mkessler/tidenet": ImplementationKind.OFFICIAL,
        "github.com/ostrova/waves": ImplementationKind.MENTION,
    }


def test_a_source_s_own_field_counts_as_stated() -> None:
    link = only(find_links(replace(PAPER, code_urls=("https://github.com/mkessler/TideNet",))))
    assert link.kind is ImplementationKind.OFFICIAL


def test_a_promise_is_noted() -> None:
    link = only(find_links(stating("Code will be released at https://github.com/mkessler/TideNet.")))
    assert link.code_promised


def test_a_renamed_repository_is_linked_under_its_present_name() -> None:
    moved = repository("mkessler/tidenet2", redirected_from=("github.com/mkessler/tidenet",))
    link = only(find_links(stating("Code: https://github.com/mkessler/TideNet."), [moved]))
    assert link.repository_key == "github.com/mkessler/tidenet2"
    assert "printed as github.com/mkessler/tidenet" in said(link)


def test_a_lost_hyphen_is_found_again() -> None:
    link = only(
        find_links(stating("Code: https://github.com/mk-lab/tidenet."), [repository("MK-Lab/Tide-Net")])
    )
    assert link.repository_key == "github.com/mk-lab/tide-net"


def test_an_address_without_name_is_completed_from_the_candidates() -> None:
    paper = stating("Code is at https://github.com/floodlab.")
    links = find_links(paper, [repository("floodlab/tidenet"), repository("floodlab/website")])
    assert links[0].repository_key == "github.com/floodlab/tidenet"
    assert "the text names its account" in said(links[0])


def test_a_dead_repository_gives_way_to_one_that_fits() -> None:
    paper = stating("Code: https://github.com/mkessler/old.")
    gone = repository("mkessler/old", status=RepositoryStatus.MISSING)
    links = find_links(paper, [gone, repository("mkessler/TideNet", f"# {PAPER.title}\nOfficial code.")])
    assert links[0].repository_key == "github.com/mkessler/tidenet"
    assert links[1].probability < links[0].probability
    assert "missing" in said(links[1])


def test_name_and_owner_together_are_enough_and_explained() -> None:
    link = find_links(PAPER, [repository("mkessler/TideNet"), repository("ostrova/river-former")])[0]
    assert link.repository_key == "github.com/mkessler/tidenet"
    assert "called as the title begins" in said(link)
    assert "first author Marta Kessler" in said(link)
    assert "1 other candidates fit less" in said(link)


def test_it_abstains_rather_than_guess() -> None:
    assert find_links(PAPER, [repository("ostrova/floods"), repository("jbaek/dotfiles")]) == ()
    assert find_links(PAPER) == ()


def test_two_that_fit_alike_are_no_answer_until_a_readme_tells() -> None:
    alike = [repository("deepsea-a/TideNet"), repository("deepsea-b/TideNet")]
    assert find_links(PAPER, alike) == ()
    told = [
        alike[0],
        replace(alike[1], readme=f"# {PAPER.title}\nOfficial implementation, with checkpoints."),
    ]
    assert find_links(PAPER, told)[0].repository_key == "github.com/deepsea-b/tidenet"


def test_a_readme_that_names_another_paper_speaks_against_a_fitting_name() -> None:
    named = repository("mkessler/tides", "# RiverFormer\n[arXiv](https://arxiv.org/abs/2301.00001)\n")
    silent = repository("mkessler/tides")
    score = {bool(one.readme): find_links(PAPER, [one]) for one in (named, silent)}
    assert score[True] == ()


def test_a_re_implementation_is_third_party_with_its_reason() -> None:
    other = repository(
        "quietcoder/tidenet-jax", f"# tidenet-jax\nUnofficial JAX implementation of *{PAPER.title}*."
    )
    links = find_links(stating("Code: https://github.com/mkessler/TideNet."), [other])
    assert [link.kind for link in links] == [ImplementationKind.OFFICIAL, ImplementationKind.THIRD_PARTY]
    assert "Unofficial" in said(links[1])
    assert only(find_links(PAPER, [other])).kind is ImplementationKind.THIRD_PARTY


def test_a_stranger_s_framework_port_is_third_party_unless_it_says_official() -> None:
    port = repository("quietcoder/tidenet-pytorch", f"# tidenet\nPyTorch implementation of *{PAPER.title}*.")
    assert only(find_links(PAPER, [port])).kind is ImplementationKind.THIRD_PARTY
    own = replace(port, readme=f"# tidenet\nOfficial PyTorch implementation of *{PAPER.title}*.")
    assert only(find_links(PAPER, [own])).kind is ImplementationKind.OFFICIAL
    authors = repository("mkessler/tidenet-pytorch", port.readme)
    assert only(find_links(PAPER, [authors])).kind is ImplementationKind.OFFICIAL


def test_a_fork_is_not_preferred_to_its_parent() -> None:
    parent = repository("mkessler/TideNet")
    fork = repository("jbaek/TideNet", is_fork=True, parent_key="github.com/mkessler/tidenet")
    assert find_links(PAPER, [fork, parent])[0].repository_key == parent.key


def test_the_order_of_candidates_does_not_matter() -> None:
    pool = [repository("mkessler/TideNet"), repository("ostrova/ebb"), repository("jbaek/floods")]
    assert find_links(PAPER, pool)[0].repository_key == find_links(PAPER, pool[::-1])[0].repository_key
