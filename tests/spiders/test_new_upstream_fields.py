"""A field that is new upstream is counted by its name, whatever the source; what is left unread on purpose is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fixture_cases import CASES

Change = Callable[[Any], Any]


def warnings(name: str, change: Change) -> dict[str, int]:
    [case] = [case for case in CASES if str(case) == name]
    value = json.loads(case.body)
    change(value)
    return dict(case.parse(json.dumps(value).encode()).warnings)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("orcid/record.json", lambda v: v.update({"karma": 3}), "karma"),
        ("orcid/record.json", lambda v: v["person"].update({"pronouns-list": []}), "pronouns-list"),
        ("orcid/record.json", lambda v: v["activities-summary"].update({"patents": {}}), "patents"),
        ("openreview/profiles.json", lambda v: v["profiles"][0].update({"badge": "x"}), "badge"),
        ("openreview/profiles.json", lambda v: v["profiles"][0]["content"].update({"bsky": "x"}), "bsky"),
        ("openreview/v2_notes.json", lambda v: v["notes"][0].update({"seal": "x"}), "seal"),
        (
            "openreview/v2_notes.json",
            lambda v: v["notes"][0]["content"].update({"repository": {"value": "x"}}),
            "repository",
        ),
        ("huggingface/daily.json", lambda v: v[0]["paper"].update({"gitlabRepo": "x"}), "gitlabRepo"),
        ("github/repository.json", lambda v: v.update({"provenance": "x"}), "provenance"),
        (
            "virtual/icml-2031-orals-posters.json",
            lambda v: v["results"][0].update({"novelty_badge": 1}),
            "novelty_badge",
        ),
    ],
)
def test_a_new_field_is_counted(name: str, change: Change, said: str) -> None:
    before = warnings(name, lambda value: None)
    assert f"unknown field: {said}" not in before
    assert warnings(name, change) == {**before, f"unknown field: {said}": 1}


def test_a_new_score_on_a_review_form_is_counted_and_known_ones_are_not() -> None:
    def add(value: Any) -> None:
        for note in value["notes"]:
            for reply in note.get("details", {}).get("replies", ()):
                if any("Review" in one for one in reply.get("invitations", ())):
                    reply["content"] |= {
                        "surprise": {"value": 4},
                        "presentation": {"value": 3},
                        "weaknesses": {"value": "No tide is ever measured."},
                    }

    found = warnings("openreview/v2_notes.json", add)
    assert found["unknown score of a review: surprise"] > 0
    assert not [name for name in found if "presentation" in name or "weaknesses" in name]


@pytest.mark.parametrize(
    "name", ["neurips/paper_modern.html", "pmlr/paper.html", "cvf/paper.html", "acl/paper.html"]
)
def test_a_new_tag_of_a_papers_page_is_counted(name: str) -> None:
    [case] = [case for case in CASES if str(case) == name]
    tag = b'<meta name="citation_code_url" content="https://github.com/invented/tides">'
    changed = case.body.replace(b"<meta", tag + b"<meta", 1)
    assert changed != case.body
    assert case.parse(changed).warnings == {
        **case.parse(case.body).warnings,
        "unknown field: citation_code_url": 1,
    }
