import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records import Author, PaperRecord, RepositoryRecord
from sourcing.implementations.readme import ReadmeLevel, facts_of, read_readme, readme_level

PAPER = PaperRecord(
    source="arxiv",
    source_key="2403.01234",
    url="https://arxiv.org/abs/2403.01234",
    title="TideNet: Forecasting Coastal Floods with Ebb Attention",
    arxiv_id="2403.01234",
    authors=(Author(name="Marta Kessler", position=1), Author(name="Jun-Ho Baek", position=2)),
)
BIBTEX = "@inproceedings{k24,\n  title = {{%s}},\n  booktitle = {Nowhere},\n  author={Kessler}\n}\n"


@pytest.mark.parametrize(
    ("readme", "level"),
    [
        (f"# {PAPER.title}\nInstall", ReadmeLevel.TITLE_ON_TOP),
        ("# TideNet: Forecasting <br> **Coastal Floods** with\nEbb Attention\n", ReadmeLevel.TITLE_ON_TOP),
        ("# tn\n[paper](https://arxiv.org/abs/2403.01234v2)", ReadmeLevel.TITLE_ON_TOP),
        ("# tn\n" + "Usage. " * 600 + BIBTEX % PAPER.title, ReadmeLevel.TITLE_CITED),
        ("# Awesome tides\n" + "- arXiv:2401.0000%d\n" * 9 % tuple(range(9)) + PAPER.title * 0 +
         "- https://arxiv.org/abs/2403.01234", ReadmeLevel.LISTED),
        (f"# RiverFormer\nWe build on *{PAPER.title}*.", ReadmeLevel.TITLE_INSIDE),
        (f"# RiverFormer\nSee *{PAPER.title}*.\n" + BIBTEX % "RiverFormer: Gauges as Tokens", ReadmeLevel.TITLE_INSIDE),
        (f"# tn\n{PAPER.title}", ReadmeLevel.TITLE_INSIDE),
        (f"# tn\n{PAPER.title}\nMarta Kessler", ReadmeLevel.TITLE_ON_TOP),
        (f"# tn\nUnofficial port of {PAPER.title}", ReadmeLevel.TITLE_ON_TOP),
        (f"# Reading list\n{PAPER.title}", ReadmeLevel.LISTED),
        ("# TideNet: Forecasting Coastal Flooding with Ebb Attention", ReadmeLevel.TITLE_NEAR),
        ("# tn\nby Marta Kessler and Jun-Ho Baek", ReadmeLevel.AUTHORS),
        ("# tn\nRun `make`.", ReadmeLevel.SILENT),
        ("# RiverFormer\n" + BIBTEX % "RiverFormer: Gauges as Tokens", ReadmeLevel.OTHER_PAPER),
    ],
)  # fmt: skip
def test_how_a_readme_speaks_of_a_paper(readme: str, level: ReadmeLevel) -> None:
    assert readme_level(PAPER, read_readme(readme)) is level


def test_without_readme_and_description_nothing_is_said() -> None:
    bare = RepositoryRecord(source="github", key="github.com/a/b", url="https://github.com/a/b")
    assert facts_of(bare) is None
    assert readme_level(PAPER, None) is ReadmeLevel.ABSENT
    described = facts_of(replace(bare, description=f"Code of “{PAPER.title}”"))
    assert readme_level(PAPER, described) is ReadmeLevel.TITLE_ON_TOP


def test_a_short_title_found_by_chance_is_no_evidence() -> None:
    short = replace(PAPER, title="Tides", arxiv_id=None)
    assert readme_level(short, read_readme("# High tides\n")) is ReadmeLevel.SILENT


@pytest.mark.parametrize(
    "text",
    [
        "Unofficial PyTorch implementation of TideNet",
        "This is a re-implementation of the paper",
        "my own implementation of TideNet",
        "not the official code",
        "An attempt to reproduce TideNet",
    ],
)
def test_wording_of_re_implementations(text: str) -> None:
    assert read_readme(text).unofficial
    assert not read_readme("Official implementation of TideNet").unofficial


@given(st.text(max_size=500))
def test_any_readme_can_be_read(text: str) -> None:
    readme_level(PAPER, read_readme(text))


def test_a_hostile_readme_is_read_quickly() -> None:
    began = time.process_time()
    read_readme("@article{" * 20_000)
    read_readme("title = {" + "{" * 200_000)
    read_readme("# " + "*" * 200_000)
    read_readme("[" * 100_000 + "](" * 100_000)
    read_readme("<" * 200_000)
    for hostile in ("(.)" * 20_000, "- [" * 20_000, "TideNet: " * 8_000, "\n# " * 20_000, "\n- *A" * 15_000):
        readme_level(PAPER, read_readme(f"{hostile[:2_000]} x {PAPER.title} {hostile}"))
    assert time.process_time() - began < 5
