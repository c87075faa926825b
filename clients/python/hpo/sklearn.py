"""Cross-validation as a trial: the mean of the folds so far is the report, so that bad ones stop."""

from __future__ import annotations

from statistics import mean
from typing import Any

from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing as rows_of

from . import trial


def cross_validate(estimator: Any, x: Any, y: Any, *, cv: Any = 5, scoring: Any = None) -> float:
    """The mean score of the folds, told as the result."""
    score = check_scoring(estimator, scoring=scoring)
    scores: list[float] = []
    for train, test in check_cv(cv, y, classifier=is_classifier(estimator)).split(x, y):
        model = clone(estimator).fit(rows_of(x, train), rows_of(y, train))
        scores.append(float(score(model, rows_of(x, test), rows_of(y, test))))
        trial().report(mean(scores), len(scores))
    trial().result(mean(scores))
    return mean(scores)
