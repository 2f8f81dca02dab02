"""Linear Regression by three kinds of Gradient Descent: how far from the best parameters do they end?"""

import numpy as np

rng = np.random.default_rng(0)
M = 1000
X = np.c_[np.ones(M), rng.normal(size=(M, 5))]
y = X @ rng.normal(size=6) + rng.normal(size=M)
best = np.linalg.lstsq(X, y, rcond=None)[0]


def distance(size, rate):
    """Return the mean distance during the last 20 of 100 epochs, with batches of *size*."""
    theta, distances = np.zeros(6), []
    for epoch in range(100):
        order = rng.permutation(M)
        for start in range(0, M, size):
            batch = order[start : start + size]
            gradient = 2 / size * X[batch].T @ (X[batch] @ theta - y[batch])
            theta = theta - rate(epoch) * gradient
        if epoch >= 80:
            distances.append(np.linalg.norm(theta - best))
    return np.mean(distances)


print("batch", distance(M, lambda _: 0.1))
print("mini-batch", distance(20, lambda _: 0.01))
print("stochastic", distance(1, lambda _: 0.01))
print("shrinking", distance(1, lambda epoch: 0.01 / (1 + epoch)))
