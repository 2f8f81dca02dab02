"""Extra-Trees and a Random Forest on the same data: time to train and to predict, and steps down a tree."""

from time import process_time

import numpy as np
from sklearn.datasets import make_classification
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier

X, y = make_classification(20_000, 20, n_informative=10, flip_y=0.05, random_state=0)
X = X.astype(np.float32)
X_train, X_test, y_train = X[:15_000], X[15_000:], y[:15_000]


def seconds(work, runs):
    """Return the least processor time of some runs."""
    times = []
    for _ in range(runs):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def tried(forest):
    """Return times of training and of prediction, and the mean number of nodes that an instance visits in a tree."""
    training = seconds(lambda: forest.fit(X_train, y_train), runs=1)
    prediction = seconds(lambda: forest.predict(X_test), runs=10)
    visited = np.mean([tree.decision_path(X_test).sum() / len(X_test) for tree in forest.estimators_])
    return training, prediction, visited


usual = tried(RandomForestClassifier(random_state=0))
extra = tried(ExtraTreesClassifier(random_state=0))
print("training", usual[0] / extra[0])
print("prediction", extra[1] / usual[1])
print("nodes-usual", usual[2])
print("nodes-extra", extra[2])
