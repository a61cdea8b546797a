"""Homepages and feeds of people, and project pages of papers in the sample world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import jinja2

from sourcing.demo.world import Paper, Person, Repository


def sample_pages(
    people: Iterable[Person], papers: Iterable[Paper], repositories: Iterable[Repository]
) -> Mapping[str, str]:
    """HTML and Atom by address without the scheme and the last slash, such as ``slowlight.example``."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("sourcing.demo.sample", "."), autoescape=True, trim_blocks=True
    )
    papers = [paper for paper in papers if not paper.background]
    pages = {}
    for person in people:
        if person.homepage:
            own = [paper for paper in papers if any(author.person == person.key for author in paper.authors)]
            pages[_address(person.homepage)] = templates.get_template("homepage.html.j2").render(
                person=person, papers=own
            )
        if person.homepage and person.survey:
            pages[f"{_address(person.homepage)}/feed.xml"] = templates.get_template("feed.xml.j2").render(
                person=person
            )
    for repository in repositories:
        known = [paper for paper in papers if paper.repository == repository.full_name]
        if repository.homepage and known:
            pages[_address(repository.homepage)] = templates.get_template("project.html.j2").render(
                paper=known[0], repository=repository
            )
    return pages


def _address(url: str) -> str:
    return url.partition("://")[2].rstrip("/")
