"""Two half moons: how many Gaussians do BIC and a Bayesian mixture find?"""

import numpy as np
from sklearn.datasets import make_blobs, make_moons
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture

moons, _ = make_moons(600, noise=0.05, random_state=0)
blobs, _ = make_blobs(600, centers=[[0, 0], [4, 1], [1, 5]], random_state=0)


def by_bic(X):
    """Return the number of clusters with the lowest BIC."""
    return 1 + np.argmin([GaussianMixture(k, random_state=0).fit(X).bic(X) for k in range(1, 16)])


def by_bayes(X):
    """Return the number of clusters with a weight of 1% or more."""
    model = BayesianGaussianMixture(n_components=15, max_iter=300, random_state=0).fit(X)
    return np.sum(model.weights_ >= 0.01)


print("blobs", by_bic(blobs))
print("blobs-bayes", by_bayes(blobs))
print("moons", by_bic(moons))
print("moons-bayes", by_bayes(moons))
