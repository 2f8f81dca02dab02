"""Two models that differ a little: how often does a validation set name the better one?"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

X, y = load_digits(return_X_y=True)
rng = np.random.default_rng(0)
order = rng.permutation(len(X))
train, rest = order[:300], order[300:]


def right(model):
    """Return which of the other images the trained model gets right."""
    return model.fit(X[train], y[train]).predict(X[rest]) == y[rest]


def named(size):
    """Return the percentage of validation sets of this size on which the better model scores more."""
    sets = [rng.choice(len(rest), size, replace=False) for _ in range(2000)]
    return 100 * np.mean([better[chosen].sum() > worse[chosen].sum() for chosen in sets])


better, worse = right(SVC()), right(KNeighborsClassifier(3))
print("better", 100 * better.mean())
print("worse", 100 * worse.mean())
print("named-100", named(100))
print("named-500", named(500))
