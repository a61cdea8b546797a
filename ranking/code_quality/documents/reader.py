"""What the README and the files beside it let a stranger do.

The questions are those of the ML code completeness checklist (https://github.com/paperswithcode/releasing-research-code)
and of artifact evaluation: install, data, train, evaluate, weights, results, licence.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from ranking.code_quality.authorship.build_output import is_generated_path
from ranking.code_quality.authorship.licences import licence_of
from ranking.code_quality.documents.commands import is_for_shell, scripts_told
from ranking.code_quality.documents.evaluating import Evaluating, read_evaluating
from ranking.code_quality.documents.given_weights import Title
from ranking.code_quality.documents.guides import Guides, guide_paths, mentions_of_results, read_guides
from ranking.code_quality.documents.headings import lines_in_sections
from ranking.code_quality.documents.promises import promised_code
from ranking.code_quality.documents.readme_topics import Topic, topics_of
from ranking.code_quality.documents.readmes import main_readme, readmes_among
from ranking.code_quality.documents.stated_licence import StatedLicence, stated_licence
from ranking.code_quality.documents.texts import Texts
from ranking.code_quality.documents.wording import Wording, read_wording
from ranking.code_quality.layout import Role, role_of
from ranking.code_quality.tree import SourceTree

_MOST_OTHERS = 12
# Training, and names of what is learnt; not "learn" alone, as one learns more on a page, nor clusters and policies,
# which machines have too.
_LEARNING_MENTION = re.compile(
    r"\b(?:pre-?)?train|\b(?:machine|deep|reinforcement|(?:un|semi-?|self-?)?supervised|transfer|federated|meta"
    r"|online|active|graph|representation|q|imitation|multi-?task|few-shot|continual|metric|kernel|ensemble"
    r"|statistical)[- ]learning\b"
    r"|\bneural net|\bclassifiers?\b|\bboosting\b|\bbandits?\b|\bgaussian process|\bvariational inference\b",
    re.I,
)
_FORM = re.compile(
    r"(?:^|/)(?:issue_template|pull_request_template|code_of_conduct)\b", re.I
)  # to be filled in, or kept
_BADGE = re.compile(r"shields\.io|badge|travis-ci|codecov|readthedocs|circleci|coveralls", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """``topics`` maps each topic that is dealt with to the place that does most for it.

    ``commands`` are scripts that the README tells to run, by line, ``missing`` those of them that are not there;
    ``shell_lines`` counts the different lines of it that can be pasted into a shell, ``result_mentions`` and
    ``learning_mentions`` how often it speaks of results and of learning. ``guides`` is counted over all guides.
    ``english`` is false where no README is in English, so that words were looked for in vain; ``unread`` names
    documents that were left unread because others are long, ``cut`` those of which only the beginning was read.
    """

    readme: str | None = None
    words: int = 0
    headings: int = 0
    code_blocks: int = 0
    badges: int = 0
    topics: dict[str, Topic] = field(default_factory=dict)
    shell_lines: int = 0
    result_mentions: int = 0
    learning_mentions: int = 0
    guides: Guides = field(default_factory=Guides)
    evaluating: Evaluating = field(default_factory=Evaluating)
    wording: Wording = field(default_factory=Wording)
    commands: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[tuple[str, int], ...] = ()
    promise: tuple[str, int] | None = None
    licence: str | None = None
    licence_name: str | None = None
    licence_stated: StatedLicence | None = None
    docs_files: int = 0
    english: bool = True
    unread: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()


def read_documents(tree: SourceTree, foreign: Collection[str] = ()) -> Documents:
    """Read the README, other READMEs for topics it lacks, and the licence. Files among ``foreign`` speak of others'."""
    texts = Texts(tree)
    readme, english = main_readme(tree, texts, foreign)
    licence = next((f for f in tree.files if role_of(f.path) is Role.LICENCE and "/" not in f.path), None)
    lines = texts.lines(readme) if readme else []
    guides = guide_paths(tree, foreign)
    documents = Documents(
        guides=read_guides(texts, guides),
        licence=licence.path if licence else None,
        licence_name=licence_of((licence.content or b"").decode("utf-8", "replace")) if licence else None,
        licence_stated=None if licence else stated_licence(tree, readme, lines),
        docs_files=len(documentation_pages(tree)),
    )
    if readme is None:
        return replace(documents, unread=tuple(texts.unread), cut=tuple(texts.cut))
    text = "\n".join(lines)
    topics = _topics(tree, texts, readme, foreign)
    commands, missing = scripts_told(tree, lines)
    readmes = readmes_among(texts, [readme, *(path for path in guides if path != readme)])
    return replace(
        documents,
        readme=readme,
        words=len(text.split()),
        headings=sum(line.is_heading for line in lines_in_sections(lines)),
        code_blocks=text.count("```") // 2
        + sum(line.startswith("    $") for line in lines)
        + text.count(".. code"),
        badges=len(_BADGE.findall("\n".join(lines[:30]))),
        topics=topics,
        commands=commands,
        missing=missing,
        shell_lines=len({line.strip() for line in lines if is_for_shell(line)}),
        result_mentions=mentions_of_results(text),
        learning_mentions=len(_LEARNING_MENTION.findall(text)),
        evaluating=read_evaluating(readmes),
        wording=read_wording(readmes),
        promise=promised_code(lines),
        english=english,
        unread=tuple(texts.unread),
        cut=tuple(texts.cut),
    )


def documentation_pages(tree: SourceTree) -> list[str]:
    """Pages of documentation in a folder of their own."""
    return [
        f.path
        for f in tree.files
        if f.path.lower().endswith((".md", ".rst", ".ipynb"))
        and f.path.lower().startswith(("docs/", "doc/", "documentation/"))
        and not is_generated_path(f.path)
    ]


def _topics(tree: SourceTree, texts: Texts, readme: str, foreign: Collection[str]) -> dict[str, Topic]:
    """What the README deals with, and other documents near the root where they do more for it."""
    title = Title.of(texts.lines(readme))
    topics = topics_of(readme, texts.lines(readme), title)
    others = [
        f.path for f in tree.readable()
        if f.path != readme and role_of(f.path) is Role.DOCUMENT and f.path.count("/") <= 2
        and f.path not in foreign and not _FORM.search(f.path)
    ]  # fmt: skip
    for path in sorted(others, key=lambda p: (p.count("/"), p))[:_MOST_OTHERS]:
        for name, topic in topics_of(path, texts.lines(path), title).items():
            if name not in topics or topic.value > topics[name].value:
                topics[name] = topic
    return topics
