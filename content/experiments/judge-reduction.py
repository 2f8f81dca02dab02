"""PCA on data whose classes differ only in a feature that varies little."""

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(0)
y = rng.integers(0, 2, 2000)
X = rng.normal(scale=3, size=(2000, 10))
X[:, 0] = 2 * y - 1 + rng.normal(scale=0.1, size=2000)


def accuracy(features):
    """Return the accuracy of Logistic Regression on the second half, in percent."""
    return 100 * LogisticRegression().fit(features[:1000], y[:1000]).score(features[1000:], y[1000:])


pca = PCA(n_components=9).fit(X)
print("kept", 100 * pca.explained_variance_ratio_.sum())
print("before", accuracy(X))
print("after", accuracy(pca.transform(X)))
