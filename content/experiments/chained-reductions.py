"""LLE with and without PCA before it, on a Swiss roll in 784 dimensions: processor time."""

from time import process_time

import numpy as np
from sklearn.datasets import make_swiss_roll
from sklearn.decomposition import PCA
from sklearn.manifold import LocallyLinearEmbedding
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits

rng = np.random.default_rng(0)
BASIS = np.linalg.qr(rng.normal(size=(784, 3)))[0]


def seconds(model, X, runs):
    """Return the least processor time of some fits."""
    times = []
    for _ in range(runs):
        start = process_time()
        model.fit(X)
        times.append(process_time() - start)
    return min(times)


def ratio(instances, runs):
    """Return the time of PCA and LLE as a multiple of the time of LLE alone."""
    roll, _ = make_swiss_roll(instances, random_state=0)
    X = roll @ BASIS.T + rng.normal(scale=0.05, size=(instances, 784))
    lle = LocallyLinearEmbedding(n_components=2, n_neighbors=10, random_state=0)
    return seconds(make_pipeline(PCA(0.95), lle), X, runs) / seconds(lle, X, runs)


with threadpool_limits(1):
    print("small", ratio(500, runs=3))
    print("large", ratio(8_000, runs=1))
