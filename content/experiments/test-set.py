"""One model, many test sets: how far do the scores of small ones scatter?"""

import numpy as np
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

X, y = make_classification(110_000, 20, n_informative=10, flip_y=0.1, random_state=0)
model = LogisticRegression(max_iter=1000).fit(X[:10_000], y[:10_000])
right = 100 * (model.predict(X[10_000:]) == y[10_000:])

small = right[:50_000].reshape(-1, 100).mean(axis=1)
large = right.reshape(-1, 2500).mean(axis=1)
print("all", right.mean())
print("small-low", np.percentile(small, 2.5))
print("small-high", np.percentile(small, 97.5))
print("large-low", np.percentile(large, 2.5))
print("large-high", np.percentile(large, 97.5))
