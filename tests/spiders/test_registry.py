"""The set of sources: none without a parser that works, invented answers, and a description."""

import ast
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
from file_cases import FILE_CASES
from fixture_cases import CASES, FIXTURES

from sourcing.imports.registry import FILE_SOURCES, FileSource
from sourcing.settings import DelaySettings, UpstreamSettings
from sourcing.settings.model import SOURCE_OPTIONS
from spiders.registry import SOURCES, Source, address, source_named
from spiders.source import SourceSpider

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = (ROOT / "docs" / "sources.md").read_text("utf-8")
by_name = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


def section(source: Source) -> str:
    found = re.search(rf"^## `{source.name}`.*?(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/sources.md has no section for {source.name}"
    return found[0]


@by_name
def test_its_parsers_exist_and_each_reads_an_invented_answer(source: Source) -> None:
    assert source.parsers
    for entry in source.parsers:
        module, _, name = entry.partition(":")
        assert callable(getattr(import_module(module), name))
        cases = [case for case in CASES if case.source == source.name and case.parser == name]
        assert cases, f"{entry} has no case in tests/spiders/fixture_cases.py"
    assert (FIXTURES / source.name).is_dir()


@by_name
def test_its_spider_bears_its_name(source: Source) -> None:
    if source.spider is None:
        assert source.name == "arxiv"  # read by sourcing.arxiv_client
        return
    module, _, name = source.spider.partition(":")
    spider = getattr(import_module(module), name)
    assert issubclass(spider, SourceSpider)
    assert spider.name == source.name


@by_name
def test_its_description_says_what_is_read_terms_rate_and_what_breaks(source: Source) -> None:
    text = section(source)
    for heading in ("**Reads**", "**Terms**", "**Rate**", "**Fields**", "**Breaks**", "**Built from**"):
        assert heading in text, f"{source.name}: {heading} is missing"
    assert source.terms.split(",")[0].split(" (")[0] in " ".join(text.split())
    assert f"{source.delay_s:g} s" in text
    if source.base_url:
        assert source.base_url.removeprefix("https://") in text


@by_name
def test_its_description_says_what_its_parsers_were_built_from(source: Source) -> None:
    said = section(source).partition("**Built from**")[2]
    named = {word for word in ("recordings", "documentation") if word in said}
    assert named == ({"recordings", "documentation"} if source.built_from == "both" else {source.built_from})


@by_name
def test_its_row_agrees_with_the_settings(source: Source) -> None:
    assert source.name in SOURCE_OPTIONS
    assert SOURCE_OPTIONS[source.name][0] == source.enabled
    addresses = {one.name: one.default for one in fields(UpstreamSettings)}
    delays = {one.name: one.default for one in fields(DelaySettings)}
    assert addresses[source.upstream] == source.base_url
    assert delays[source.upstream] == source.delay_s
    assert set(source.further_upstreams) <= addresses.keys()
    least, most = source.expect
    assert 0 <= least < most


@pytest.mark.parametrize("source", FILE_SOURCES, ids=lambda source: source.name)
def test_what_comes_by_file_has_readers_invented_files_a_description_and_counts(source: FileSource) -> None:
    from sourcing.cli import imports

    assert callable(getattr(imports, source.name))  # the verb
    for entry in source.readers:
        module, _, name = entry.partition(":")
        assert callable(getattr(import_module(module), name))
    kinds = {"linkedin": {"linkedin"}, "people": {"list:fair"}, "kaggle": {"kaggle", "meta_kaggle"}}
    assert kinds.get(source.name, set()) <= {case.source for case in FILE_CASES}
    assert source.name in kinds or any(case.source == source.name for case in CASES)
    found = re.search(rf"^## `import {source.name}`.*?(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/sources.md has no section for import {source.name}"
    for heading in ("**Reads**", "**Terms**", "**Counts**", "**Fields**", "**Breaks**", "**Built from**"):
        assert heading in found[0], f"import {source.name}: {heading} is missing"
    assert source.built_from in found[0].partition("**Built from**")[2]
    assert (source.terms or "what `--terms` says") in " ".join(found[0].split())
    least, most = source.expect
    assert 0 <= least < most
    assert f"**Counts** {least:,} to {most:,}" in found[0]


def test_names_are_unique_and_an_unknown_one_is_told_the_others() -> None:
    assert len({source.name for source in SOURCES}) == len(SOURCES)
    with pytest.raises(KeyError, match="arxiv_oai"):
        source_named("arxive")


def test_docs_describe_no_source_that_is_gone() -> None:
    assert set(re.findall(r"^## `([a-z_]+)`", DOCS, re.MULTILINE)) == {source.name for source in SOURCES}


def test_a_bare_origin_gets_the_sources_own_path() -> None:
    arxiv = source_named("arxiv")
    assert address(arxiv, None) == "https://export.arxiv.org/api/query"
    assert address(arxiv, "http://127.0.0.1:8000") == "http://127.0.0.1:8000/api/query"
    assert address(arxiv, "http://mirror.example/arxiv/") == "http://mirror.example/arxiv"


def test_the_registry_and_the_parsers_need_neither_scrapy_nor_a_clock() -> None:
    pure = [ROOT / "spiders" / "registry.py", *sorted((ROOT / "spiders" / "parsing").glob("*.py"))]
    forbidden = {"scrapy", "twisted", "requests", "socket", "time", "random", "sqlalchemy"}
    for path in pure:
        tree = ast.parse(path.read_text("utf-8"))
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & forbidden, path.name
        called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not called & {"now", "today", "utcnow"}, path.name


def test_no_door_into_the_running_crawler_is_left_open() -> None:
    from spiders import settings

    assert settings.TELNETCONSOLE_ENABLED is False
    assert settings.REMOTE_CONTROL_ENABLED is False
    assert settings.DOWNLOAD_VERIFY_CERTIFICATES is True
    assert settings.RANDOMIZE_DOWNLOAD_DELAY is False
    assert settings.ROBOTSTXT_OBEY is True


def test_every_option_that_a_spider_speaks_of_can_be_set() -> None:
    # What the application passes at run time is not for the settings.
    passed = {"since", "arxiv_ids", "orcids", "people", "papers", "repositories", "searches", "elsewhere"}
    for source in SOURCES:
        if source.spider is None:
            continue
        module, _, name = source.spider.partition(":")
        spider = getattr(import_module(module), name)
        spoken = " ".join(cls.__doc__ or "" for cls in spider.__mro__ if issubclass(cls, SourceSpider))
        named = set(re.findall(r"[Oo]ption ``(\w+)", spoken)) - passed
        assert named <= set(SOURCE_OPTIONS[source.name][1]) | {"abstracts"}
        if "abstracts" in named and spider.parse_paper is not None:
            assert "abstracts" in SOURCE_OPTIONS[source.name][1]
