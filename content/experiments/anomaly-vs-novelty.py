"""Ten percent of the training set are outliers: how do a one-class SVM and an Isolation Forest take it?"""

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.svm import OneClassSVM


def normal(m, rng):
    """Draw instances of one wide and one narrow Gaussian."""
    return np.r_[rng.normal(0, 1, (m // 2, 2)), rng.normal(5, 0.5, (m // 2, 2))]


rows = []
for seed in range(10):
    rng = np.random.default_rng(seed)
    outliers = rng.uniform(-8, 12, (1000, 2))
    polluted = np.r_[normal(900, rng), rng.uniform(-8, 12, (100, 2))]
    X_test, is_normal = np.r_[normal(1000, rng), outliers], np.r_[np.ones(1000), np.zeros(1000)]
    for X in (normal(1000, rng), polluted):
        models = OneClassSVM(gamma=2, nu=0.02), IsolationForest(random_state=seed)
        rows += [100 * roc_auc_score(is_normal, model.fit(X).score_samples(X_test)) for model in models]

means = np.reshape(rows, (10, 4)).mean(axis=0)
print("svm-clean", means[0])
print("forest-clean", means[1])
print("svm-polluted", means[2])
print("forest-polluted", means[3])
