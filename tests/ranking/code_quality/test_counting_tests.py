"""Which tests count, in which language, and what is said of the others."""

from __future__ import annotations

import pytest
from invented_trees import NETWORK, TESTS, careful, tree

from db.records import Part
from ranking.code_quality import CodeQualityScorer

GO = """package weir

func step(a int) int {
	return a + 1
}
"""
RUST = "pub fn step(a: i32) -> i32 {\n    let r = a + 1;\n    r\n}\n\n" * 12


@pytest.fixture(scope="module")
def scorer() -> CodeQualityScorer:
    return CodeQualityScorer.load()


def engineering(scorer: CodeQualityScorer, files: dict[str, str | bytes]) -> Part:
    found = scorer.assess("github.com/mira/weir", tree(files))
    return next(part for part in found.parts if part.name == "engineering")


def said(scorer: CodeQualityScorer, files: dict[str, str | bytes]) -> str:
    return "; ".join(f"{e.text} @ {e.location}" for e in engineering(scorer, files).evidence)


def many(one: str, count: int = 30) -> str:
    return "".join(one.replace("#", str(number)) for number in range(count))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/weir.test.js", many("test('step #', () => {\n  expect(step(#)).toBe(1);\n});\n")),
        ("src/weir.spec.ts", many("  it('step #', async () => {\n    expect(step(#)).toBe(1);\n  });\n")),
        (
            "weir_test.go",
            many("func TestStep#(t *testing.T) {\n\tif step(#) != 1 {\n\t\tt.Fatal(#)\n\t}\n}\n"),
        ),
        (
            "tests/weir.rs",
            many("#[test]\nfn step_#() {\n    assert_eq!(step(#), 1);\n}\n".replace("#[", "@[")),
        ),
        (
            "src/test/WeirTest.java",
            many("  @Test\n  void step#() {\n    assertEquals(1, Weir.step(#));\n  }\n"),
        ),
        ("tests/weir.cpp", many("TEST(Weir, Step#) {\n  EXPECT_EQ(step(#), 1);\n}\n")),
        ("tests/testthat/test-weir.R", many("test_that('step #', {\n  expect_equal(step(#), 1)\n})\n")),
        ("tests/plain.c", many("int test_step#(void) {\n  assert(step(#) == 1);\n  return 0;\n}\n")),
    ],
)
def test_tests_of_other_languages_are_counted_one_by_one(
    scorer: CodeQualityScorer, path: str, text: str
) -> None:
    files: dict[str, str | bytes] = {"net.py": NETWORK * 3, path: text.replace("@[", "#[")}
    assert "30 tests in 1 file" in said(scorer, files)


def test_tests_inside_the_file_that_they_test_count(scorer: CodeQualityScorer) -> None:
    inner = (
        "#[cfg(test)]\nmod tests {\n"
        + "    #[test]\n    fn one() {\n        assert!(true);\n    }\n" * 5
        + "}\n"
    )
    told = said(scorer, {"Cargo.toml": "[package]\n", "src/lib.rs": RUST + inner})
    assert "5 tests in 1 file" in told
    assert f"@ src/lib.rs:{RUST.count(chr(10)) + 3}" in told
    assert "no tests" in said(scorer, {"Cargo.toml": "[package]\n", "src/lib.rs": RUST})


def test_a_helper_of_the_file_checks_for_the_tests_that_call_it(scorer: CodeQualityScorer) -> None:
    helper = (
        "fn same(a: i32) {\n    assert_eq!(a, 1);\n}\n\nfn twice(a: i32) {\n    same(a);\n    same(a);\n}\n"
    )
    calls = "#[test]\nfn one() {\n    twice(1);\n}\n\n#[test]\nfn two() {\n    other(1);\n}\n"
    told = said(scorer, {"Cargo.toml": "[package]\n", "src/lib.rs": RUST, "tests/step.rs": helper + calls})
    assert "1 test in 1 file" in told
    assert "1 more checks nothing" in told


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/test_net.py", many("def test_#():\n    pass\n\n")),
        ("tests/test_net.py", many("def test_#():\n    PocketNet(2, 1).forward([1.0])\n\n")),
        ("src/weir.test.js", many("test('step #', () => {\n  step(#);\n});\n")),
        ("weir_test.go", many("func TestStep#(t *testing.T) {\n\tstep(#)\n}\n")),
    ],
)
def test_tests_that_check_nothing_do_not_count_and_it_is_said(
    scorer: CodeQualityScorer, path: str, text: str
) -> None:
    files: dict[str, str | bytes] = {"net.py": NETWORK * 3, path: text}
    assert f"none of its 30 tests checks anything @ {path}:1" in said(scorer, files)
    without = engineering(scorer, {"net.py": NETWORK * 3})
    assert engineering(scorer, files).score == pytest.approx(without.score)


def test_some_that_check_nothing_are_named_beside_the_others(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {"pocket/network.py": NETWORK * 3, "tests/test_network.py": TESTS}
    files["tests/test_more.py"] = "def test_it_runs():\n    main()\n"
    told = said(scorer, files)
    assert "2 tests in 1 file" in told
    assert "1 more checks nothing and does not count @ tests/test_more.py:1" in told


@pytest.mark.parametrize(
    "body",
    [
        "    with pytest.raises(ValueError):\n        run()\n",
        "    self.assertEqual(run(), 1)\n",
        "    np.testing.assert_allclose(run(), 1)\n",
        "    check_all(run())\n",
        "    _same(run(), 1)\n",  # a helper of the file that asserts
        "    def inner():\n        assert run()\n    inner()\n",
        "    if not run():\n        raise AssertionError\n",
    ],
)
def test_there_are_many_ways_to_check(scorer: CodeQualityScorer, body: str) -> None:
    helper = "import pytest\n\ndef _same(one, other):\n    assert one == other\n\n"
    files: dict[str, str | bytes] = {
        "net.py": NETWORK * 3,
        "tests/test_net.py": f"{helper}def test_it(self):\n{body}",
    }
    assert "1 test in 1 file" in said(scorer, files)


@pytest.mark.parametrize(
    "text", ["import unittest\n", "import pytest\n\n\n@pytest.fixture\ndef net():\n    return 1\n", ""]
)
def test_a_folder_for_tests_without_one_has_none(scorer: CodeQualityScorer, text: str) -> None:
    assert "no tests" in said(scorer, {"net.py": NETWORK * 3, "tests/test_net.py": text})


def test_an_experiments_evaluation_is_no_test(scorer: CodeQualityScorer) -> None:
    code = "def test(model, loader):\n    assert loader\n    return model(loader)\n"
    assert "no tests" in said(scorer, {"net.py": NETWORK * 3, "test_net.py": code})
    code = "def test_net(model, loader):\n    return model(loader)\n"
    assert "no tests" in said(scorer, {"net.py": NETWORK * 3, "test_net.py": code})
    hollow = f"import pytest\n\n\n{code}"
    assert "its only test checks nothing @ test_net.py:4" in said(
        scorer, {"net.py": NETWORK * 3, "test_net.py": hollow}
    )


def test_what_tests_import_is_counted_also_through_a_package(scorer: CodeQualityScorer) -> None:
    files = {f.path: f.content or b"" for f in careful().files}
    assert "tests import 1 of " in said(scorer, dict(files))
    whole = "from pocket import PocketNet\n\n\ndef test_it():\n    assert PocketNet\n"
    package: dict[str, str | bytes] = {
        "pocket/__init__.py": "from .network import PocketNet\n",
        "pocket/network.py": NETWORK * 2,
        "pocket/other.py": NETWORK.replace("Pocket", "Purse") * 2,
        "tests/test_pocket.py": whole,
    }
    assert "tests import 1 of 2 authored modules" in said(scorer, package)


def test_other_languages_are_less_sure_and_it_is_said(scorer: CodeQualityScorer) -> None:
    code = "".join(f"int step_{n}(int a) {{\n  int r = a;\n  return r + {n};\n}}\n\n" for n in range(40))
    python = "".join(f"def step_{n}(a):\n    r = a\n    return r + {n}\n\n\n" for n in range(53))
    one = scorer.assess("github.com/mira/weir", tree({"weir.cpp": code}))
    other = scorer.assess("github.com/mira/weir", tree({"weir.py": python}))
    (told,) = [e.text for e in one.evidence if e.kind == "less sure"]
    assert told == "C++: read by lines and braces and not by the grammar, so less sure"
    assert not [e for e in other.evidence if e.kind == "less sure"]
    assert None not in (one.high, one.score, other.high, other.score)
    assert (one.high or 0) - (one.score or 0) > (other.high or 0) - (other.score or 0)


def test_what_only_starts_the_tests_of_other_files_is_none(scorer: CodeQualityScorer) -> None:
    files: dict[str, str | bytes] = {
        "R/weir.R": "step <- function(a) {\n  a + 1\n}\n" * 20,
        "tests/testthat.R": "library(testthat)\nlibrary(weir)\ntest_check('weir')\n",
        "tests/testthat/test-step.R": "test_that('it steps', {\n  expect_equal(step(1), 2)\n})\n",
    }
    assert "1 test in 1 file" in said(scorer, files)


def test_what_is_packaged_is_not_said_to_lack_packaging(scorer: CodeQualityScorer) -> None:
    told = said(scorer, {"weir/net.py": NETWORK * 3, "setup.py": "setup(name='weir')\n"})
    assert "can be installed as a package" in told
    assert "little or nothing of tests, automation and documentation" in told
    assert "automation and packaging" in said(scorer, {"net.py": NETWORK * 3})
    pages = {f"docs/{number}.md": "# Weir\n" for number in range(9)} | {"CHANGELOG.md": "# 1.0\n"}
    told = said(scorer, {"weir/net.py": NETWORK * 3, "setup.py": "setup(name='weir')\n", **pages})
    assert "not kept like a project: it has packaging, but little or nothing of tests and automation" in told


def test_tests_in_python_2_are_tests(scorer: CodeQualityScorer) -> None:
    old = "import weir\n\n\ndef test_step():\n    print 'begun'\n    assert weir.step(1) == 2\n"
    files: dict[str, str | bytes] = {
        "weir.py": NETWORK * 3,
        "tests/test_weir.py": old + "\n\ndef test_none():\n    pass\n",
    }
    told = said(scorer, files)
    assert "1 test in 1 file" in told
    assert "1 more checks nothing and does not count @ tests/test_weir.py:9" in told
    assert "tests import 1 of 1 authored module" in told
