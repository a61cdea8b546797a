"""Metrics against small cases worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.evaluate.metrics import (
    auroc,
    bootstrap,
    coverage,
    lift_top,
    percentiles,
    reviewer_ceiling,
    spearman,
    top_quartile,
)


def test_spearman_of_one_swapped_pair() -> None:
    # d = (0, 0, -1, 1): 1 - 6 * 2 / (4 * 15) = 0.8
    assert spearman([1, 2, 3, 4], [10, 20, 40, 30]) == pytest.approx(0.8)


def test_spearman_gives_ties_their_mean_rank() -> None:
    # Ranks (1.5, 1.5, 3) against (1, 2, 3): covariance 1.5, variances 1.5 and 2; 1.5 / sqrt(3).
    assert spearman([5, 5, 9], [1, 2, 3]) == pytest.approx(1.5 / 3**0.5)


def test_a_constant_column_has_no_correlation() -> None:
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_auroc_counts_pairs_and_halves_ties() -> None:
    # Positives 3, 2; negatives 2, 1: pairs 3>2, 3>1, 2=2, 2>1 give (1 + 1 + 0.5 + 1) / 4.
    assert auroc([3, 2, 2, 1], [1, 1, 0, 0]) == pytest.approx(0.875)
    assert auroc([3, 2], [1, 1]) is None


def test_top_quartile_takes_rows_at_the_border() -> None:
    assert top_quartile([1, 2, 3, 4]).tolist() == [False, False, False, True]
    assert top_quartile([1, 4, 4, 4]).tolist() == [False, True, True, True]


def test_lift_is_the_share_on_top_over_the_share_of_all() -> None:
    # 2 of 10 are hits; the top tenth is the one best row, a hit: 1 / 0.2.
    scores, hits = list(range(10)), [0] * 8 + [1, 1]
    assert lift_top(scores, hits) == pytest.approx(5.0)
    assert lift_top([-score for score in scores], hits) == pytest.approx(0.0)
    assert lift_top(scores, [0] * 10) is None


def test_rows_that_tie_at_the_border_count_in_proportion() -> None:
    # Two rows tie for the single place and one of them is a hit: half a hit expected, 0.5 / (1 / 10).
    assert lift_top([0] * 8 + [9, 9], [0] * 9 + [1]) == pytest.approx(5.0)


def test_ceiling_sets_each_reviewer_against_the_mean_of_the_others() -> None:
    # Pairs (one, others): paper 1 gives (1, 1) twice, paper 2 (4, 4) twice: perfect agreement.
    assert reviewer_ceiling([[1, 1], [4, 4]]) == pytest.approx(1.0)
    # (1, 4), (4, 1), (1, 4), (4, 1): perfect disagreement. The single reviewer takes no part.
    assert reviewer_ceiling([[1, 4], [4, 1], [3]]) == pytest.approx(-1.0)
    # Pairs (1, 2.5) (2, 2) (3, 1.5) and (3, 3) (3, 3): ranks of one (1, 2, 4, 4, 4), of others (3, 2, 1, 4.5, 4.5).
    # Deviations (-2, -1, 1, 1, 1) and (0, -1, -2, 1.5, 1.5): 2 / sqrt(8 * 9.5).
    assert reviewer_ceiling([[1, 2, 3], [3, 3]]) == pytest.approx(2 / 76**0.5)


def test_bootstrap_interval_holds_the_figure_and_is_repeatable() -> None:
    scores = list(range(40))
    labels = [score + (7 if score % 3 else -7) for score in scores]
    found = spearman(scores, labels)
    low, high = bootstrap(spearman, scores, labels, seed=3)
    assert low is not None
    assert high is not None
    assert found is not None
    assert low < found < high < 1
    assert bootstrap(spearman, scores, labels, seed=3) == (low, high)


def test_bootstrap_of_a_figure_that_is_hardly_ever_defined_is_unknown() -> None:
    assert bootstrap(spearman, [1, 1, 1], [1, 2, 3]) == (None, None)


def test_columns_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ"):
        spearman([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="differ"):
        bootstrap(spearman, [1, 2], [1, 2, 3])


def test_percentiles_and_coverage() -> None:
    # Ranks 1, 2.5, 2.5, 4 of 4 are the middles of eighths.
    assert percentiles([1, 2, 2, 3]).tolist() == [12.5, 50, 50, 87.5]
    assert coverage([1, 5, 9], [0, 6, 9], [2, 7, 9]) == pytest.approx(2 / 3)


values = st.lists(st.integers(-50, 50), min_size=2, max_size=30)


@given(values)
def test_figures_do_not_depend_on_the_order_of_rows(scores: list[int]) -> None:
    labels = [score * score % 7 for score in scores]
    order = sorted(range(len(scores)), key=lambda place: (labels[place], -scores[place]))
    moved = [scores[place] for place in order], [labels[place] for place in order]
    assert spearman(*moved) == pytest.approx(spearman(scores, labels))
    hits = [label > 3 for label in labels]
    assert lift_top(moved[0], [hits[place] for place in order]) == pytest.approx(lift_top(scores, hits))
    assert auroc(moved[0], [hits[place] for place in order]) == pytest.approx(auroc(scores, hits))
