"""Fifty labels for the handwritten digits: drawn at random, or given to the images nearest to the centroids?"""

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

X_all, y_all = load_digits(return_X_y=True)
K, RUNS = 50, 10


def score(X, y, X_test, y_test):
    """Return the accuracy in percent after training on these instances."""
    return 100 * LogisticRegression(max_iter=10_000).fit(X, y).score(X_test, y_test)


rows = []
for seed in range(RUNS):
    X, X_test, y, y_test = train_test_split(X_all / 16, y_all, random_state=seed)
    drawn = np.random.default_rng(seed).choice(len(X), K, replace=False)
    kmeans = KMeans(K, n_init=3, random_state=seed)
    near = kmeans.fit_transform(X).argmin(axis=0)
    rows.append(
        (
            len(set(near) & set(drawn)),
            K - len(set(kmeans.labels_[drawn])),
            score(X[drawn], y[drawn], X_test, y_test),
            score(X[near], y[near], X_test, y_test),
            score(X, y[near][kmeans.labels_], X_test, y_test),
        )
    )
means = np.mean(rows, axis=0)
print("had-label", means[0])
print("empty", means[1])
print("random", means[2])
print("representative", means[3])
print("propagated", means[4])
