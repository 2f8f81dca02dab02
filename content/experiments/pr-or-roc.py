"""Scores of the same two distributions, with many and with few positives: what happens to AUC and average precision?"""

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

M = 1_000_000
rng = np.random.default_rng(0)


def draw(share):
    """Return which of M instances are positive, and their scores."""
    positive = rng.random(M) < share
    return positive, rng.normal(size=M) + 2 * positive


even = draw(0.5)
print("auc-even", 100 * roc_auc_score(*even))
print("ap-even", 100 * average_precision_score(*even))

rare = draw(0.01)
print("auc-rare", 100 * roc_auc_score(*rare))
print("ap-rare", 100 * average_precision_score(*rare))
