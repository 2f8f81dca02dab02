"""How many components PCA needs for 95% of the variance of random points in 1,000 dimensions."""

import numpy as np


def components(instances):
    """Return the number of components that keep 95% of the variance of this many random points."""
    points = np.random.default_rng(0).standard_normal((instances, 1000), dtype=np.float32)
    variances = np.linalg.eigvalsh(np.cov(points.T))[::-1]
    return np.argmax(np.cumsum(variances) >= 0.95 * variances.sum()) + 1


print("small", components(1_000))
print("large", components(20_000))
