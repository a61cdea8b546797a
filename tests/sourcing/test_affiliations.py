"""Sector and country as a person would read them off; unknown where a person would have to guess."""

import csv
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.affiliations import (
    describe_affiliations,
    describe_domain,
    fold,
    institutions,
    read_affiliation,
)
from sourcing.countries import country_code, country_of_domain


@pytest.mark.parametrize(
    ("printed", "sector", "country"),
    [
        ("Universität Hochtal", "academia", None),
        ("Department of Statistics, Universitat de Llevant, Spain", "academia", "ES"),
        ("Hochtal Robotics GmbH, München, Deutschland", "industry", "DE"),
        ("University of California, Berkeley", "academia", "US"),
        ("UC Berkeley", "academia", "US"),
        ("Google Research Zurich, Switzerland", "industry", "CH"),
        ("Google Research", "industry", None),
        ("MIT", "academia", "US"),
        ("Mitsuboshi Works", None, None),
        ("École Polytechnique de Montréal", "academia", "CA"),
        ("The Chinese University of Hong Kong（Shenzhen）", "academia", "CN"),
        ("cs.toronto.edu", "academia", "CA"),
        ("someone@cs.uni-hochtal.ac.at", "academia", "AT"),
        ("Meta-learning group", None, None),
        ("Apple Valley Institute", None, None),
        ("Tbilisi State University, Georgia", "academia", None),
        ("Rutgers University - New Brunswick", "academia", "US"),
        ("Queen's University Belfast", "academia", "GB"),
        ("Queen's University, Kingston", "academia", "CA"),
        ("Texas A&M University at Qatar", "academia", None),
        ("Northeastern University", "academia", None),
        ("MSU", None, None),
        ("Cruise control group", None, None),
        ("Independent Researcher", None, None),
        ("-", None, None),
    ],
)
def test_one_affiliation(printed: str, sector: str | None, country: str | None) -> None:
    found = read_affiliation(printed)
    assert (found.sector, found.country) == (sector, country)


def test_a_university_and_a_company_are_both_and_two_countries_are_none() -> None:
    found = describe_affiliations(["University of Oxford + Tencent AI Lab"])
    assert (found.sector, found.country) == ("both", None)
    assert describe_affiliations(["University of Oxford", "Universität Hochtal"]).country == "GB"


@pytest.mark.parametrize(
    ("domain", "sector", "country"),
    [
        ("cs.ox.ac.uk", "academia", "GB"),
        ("gmail.com", None, None),
        ("quill.io", None, None),
        ("uni-hochtal.de", None, "DE"),
        ("uniandina.edu.co", "academia", "CO"),
        ("nvidia.com", "industry", None),
    ],
)
def test_a_domain(domain: str, sector: str | None, country: str | None) -> None:
    found = describe_domain(domain)
    assert (found.sector, found.country) == (sector, country)


@pytest.mark.parametrize(
    ("text", "code"),
    [("USA", "US"), ("P.R. China", "CN"), ("Türkiye", "TR"), ("Republic of Korea", "KR"), ("UK", "GB"),
     ("Côte d'Ivoire", "CI"), ("GA", "GA"), ("Georgia", None), ("Springfield", None), ("", None)],
)  # fmt: skip
def test_countries(text: str, code: str | None) -> None:
    assert country_code(text) == code


def test_every_listed_institution_has_a_known_sector_and_country() -> None:
    listed = institutions().values()
    assert {one.sector for one in listed} == {"academia", "industry"}
    assert all(one.country is None or country_code(one.country) == one.country for one in listed)


def test_no_name_or_domain_is_listed_twice() -> None:
    rows = list(csv.DictReader((files("sourcing") / "institutions.csv").read_text("utf-8").splitlines()))
    names = [
        name
        for row in rows
        for name in {fold(one) for one in (row["name"], *row["other_names"].split("|")) if one}
    ]
    domains = [domain for row in rows for domain in row["domains"].split("|") if domain]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert [domain for domain, times in Counter(domains).items() if times > 1] == []


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = describe_affiliations([text])
    assert found.sector in ("academia", "industry", "both", None)
    assert found.country is None or country_code(found.country) == found.country
    country_of_domain(text)
