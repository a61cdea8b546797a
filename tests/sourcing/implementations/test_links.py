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


@pytest.mark.parametrize(
    "sentence",
    [
        "TideNet is implemented using WaveTorch (https://github.com/wavetorch/wavetorch).",
        "We compare with EBB (https://github.com/lagoon-research/ebb) and outperform it.",
        "All runs use the Gauge-LM framework [https://github.com/LAGOON/Gauge-LM].",
        "We evaluate with flood-eval (https://github.com/quietcoder/flood-evaluation-harness).",
        "We find 12 bugs in WaveTorch (https://github.com/wavetorch/wavetorch).",
        "We reported the flaw at https://github.com/wavetorch/wavetorch/issues/1234.",
        "Project page template from https://github.com/pondpages/pondpages.github.io.",
        "A list of papers is kept at https://github.com/ostrova/awesome-tides.",
    ],
)
def test_a_tool_a_baseline_an_issue_or_a_list_in_the_abstract_is_a_mention(sentence: str) -> None:
    assert only(find_links(stating(sentence))).kind is ImplementationKind.MENTION
    own = find_links(stating(f"{sentence} Our code is at https://github.com/mkessler/TideNet."))
    assert [link.kind for link in own] == [ImplementationKind.OFFICIAL, ImplementationKind.MENTION]
    assert own[0].repository_key == "github.com/mkessler/tidenet"


def test_a_tool_of_the_authors_or_called_as_the_title_begins_is_their_own() -> None:
    for path in ("mkessler/gaugekit", "floodlab/TideNet"):
        sentence = f"We forecast using {path.split('/')[1]} (https://github.com/{path})."
        assert only(find_links(stating(sentence.replace("gaugekit", "GaugeKit")))).kind is (
            ImplementationKind.OFFICIAL
        )


def test_code_that_is_called_like_a_list_is_code_where_the_words_say_so() -> None:
    link = only(find_links(stating("Code: https://github.com/mkessler/awesome-tides.")))
    assert link.kind is ImplementationKind.OFFICIAL


def test_a_page_that_only_lent_its_template_says_nothing() -> None:
    paper = stating("The page's template is from https://pondpages.github.io/pond.")
    lent = repository("pondpages/pond", "# Pond\nPages for floods and tides.")
    assert "project page" not in "".join(said(link) for link in find_links(paper, [lent]))


def test_a_survey_s_list_of_papers_is_what_it_publishes() -> None:
    sentence = "A curated list of papers is kept at https://github.com/ostrova/awesome-tides."
    survey = replace(stating(sentence), title="Coastal Flood Forecasting: A Survey")
    assert only(find_links(survey)).kind is ImplementationKind.OFFICIAL


def test_a_stated_repository_whose_readme_is_a_list_or_another_paper_s_is_a_mention() -> None:
    paper = stating("Code is available at https://github.com/ostrova/ponds.")
    rows = "".join(f"- [Paper {i}](https://arxiv.org/abs/2301.{i:05})\n" for i in range(40))
    listing = repository("ostrova/ponds", f"# Awesome ponds\nA curated list of papers\n{rows}")
    title = "A Completely Different Paper About Glaciers and Sand"
    other = repository("ostrova/ponds", f"# Ponds\n@article{{a, title={{{title}}}}}\n")
    for one, why in ((listing, "a list of papers"), (other, title)):
        link = only(find_links(paper, [one]))
        assert link.kind is ImplementationKind.MENTION
        assert why in said(link)


@pytest.mark.parametrize(
    ("path", "readme"),
    [
        ("mkessler/ponds", ""),
        ("ostrova/tidenet-code", ""),
        ("ostrova/ponds", "By Jun-Ho Baek and others"),
        ("ostrova/ponds", "How to train TideNet"),
    ],
)
def test_a_stated_repository_that_anything_joins_to_the_paper_stays_official(path: str, readme: str) -> None:
    paper = stating(f"Code is available at https://github.com/{path}.")
    cites = "@article{a, title={A Completely Different Paper About Glaciers and Sand}}\n"
    link = only(find_links(paper, [repository(path, f"# Code\n{readme}\n{cites}")]))
    assert link.kind is ImplementationKind.OFFICIAL


OTHERS = (
    "Glaciers Are Slow Rivers", "Sand Moves Where Water Was: A Field Study", "PondFormer: The Patient Transformer",
    "Ebb and Flow in Deep Sediment", "RiverCast: Gauges as Tokens for Forecasting",
)  # fmt: skip
LISTS = {
    "floodlab/awesome-coastal-floods": "# Awesome Coastal Floods\n\nA curated list of papers.\n\n"
    + "".join(
        f"- [{title}](https://arxiv.org/abs/24{i:02}.0{i:04})\n"
        for i, title in enumerate((*OTHERS, PAPER.title))
    ),
    "floodlab/arxiv-daily": f"# Daily papers\n| date | title |\n|---|---|\n| 9 | **{PAPER.title}** | 2403.01234 |\n"
    + "".join(f"| 9 | **Another Paper of This Day, Number {i}** |\n" for i in range(50)),
    "floodlab/paper-notes": f"# What I read\n\n## {PAPER.title}\nOn the method.\n\n## {OTHERS[1]}\n",
    "floodlab/journal-club": f"# Journal club\n2026-11-01: {PAPER.title} (slides.pdf)\n2026-11-08: {OTHERS[2]}\n",
    "floodlab/spindrift": f"# Spindrift\nOfficial code of Spindrift. We extend **{PAPER.title}** with foam.\n"
    "@article{a,title={Spindrift: Extending Ebb Attention With Foam}}\n",
    "floodlab/flood-zoo": "# Zoo\nImplementation of many papers\n"
    + "".join(f"- arxiv.org/abs/2401.{i:05}\n" for i in range(30))
    + f"- {PAPER.title} arxiv.org/abs/2403.01234\n",
    "floodlab/things": "# Things\n"
    + "".join(
        f"- [{title}](https://arxiv.org/abs/2403.0{i:04})\n"
        for i, title in ((1234, PAPER.title), (2, OTHERS[0]), (3, OTHERS[3]))
    ),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_a_bot_notes_and_follow_up_work_are_no_answer(path: str) -> None:
    assert find_links(PAPER, [repository(path, LISTS[path])]) == ()


@pytest.mark.parametrize(
    "readme",
    [
        f"# {PAPER.title}\nRun `make`.",
        f"# ebb\nCode for the paper *{PAPER.title}*, NeurIPS.",
        f"# ebb\n{PAPER.title}\nby Marta Kessler and Jun-Ho Baek",
        "# ebb\n[paper](https://arxiv.org/abs/2403.01234)",
        f"# ebb\nOfficial code. We extend [RiverCast](https://arxiv.org/abs/2301.1).\n**{PAPER.title}**",
        f"# {PAPER.title}\n"
        + "".join(f"| [Row {i}](https://arxiv.org/abs/2301.{i:05}) | .{i} |\n" for i in range(20)),
    ],
)
def test_a_stranger_s_account_is_official_where_its_readme_is_the_paper_s(readme: str) -> None:
    assert only(find_links(PAPER, [repository("floodlab/ebb", readme)])).kind is ImplementationKind.OFFICIAL


def test_a_list_is_a_survey_s_own_where_it_says_so() -> None:
    survey = replace(PAPER, title="Forecasting Coastal Floods: A Survey of Ebb Attention")
    readme = (
        f"# Awesome floods\nThe official list of papers of our survey [{survey.title}](https://arxiv.org/abs/2403.01234)\n"
        + "".join(f"- [{title}](https://arxiv.org/abs/2301.00001)\n" for title in OTHERS)
    )
    own = find_links(survey, [repository("floodlab/awesome-coastal-floods", readme)])
    assert only(own).kind is ImplementationKind.OFFICIAL


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


def test_an_address_without_name_is_completed_from_the_repositories() -> None:
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
    assert "1 other repositories fit less" in said(link)


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


def test_the_order_of_repositories_does_not_matter() -> None:
    pool = [repository("mkessler/TideNet"), repository("ostrova/ebb"), repository("jbaek/floods")]
    assert find_links(PAPER, pool)[0].repository_key == find_links(PAPER, pool[::-1])[0].repository_key
