"""Random points in a cube: how does the nearest neighbor compare with the farthest as dimensions are added?"""

import numpy as np
from sklearn.datasets import make_moons
from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

rng = np.random.default_rng(0)


def nearest_to_farthest(n):
    """Return the mean ratio of both distances, for 100 of 1,000 points."""
    X = rng.random((1000, n))
    distances = np.sqrt(((X[:100, None] - X[None]) ** 2).sum(axis=2))
    distances[np.arange(100), np.arange(100)] = np.nan
    return np.mean(np.nanmin(distances, axis=1) / np.nanmax(distances, axis=1))


print("near-2", nearest_to_farthest(2))
print("near-1000", nearest_to_farthest(1000))

X, y = make_moons(500, noise=0.2, random_state=0)
noisy = np.c_[X, rng.normal(size=(500, 100))]
print("knn", 100 * cross_val_score(KNeighborsClassifier(), X, y).mean())
print("knn-noisy", 100 * cross_val_score(KNeighborsClassifier(), noisy, y).mean())
