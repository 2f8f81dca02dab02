"""Twice the features, or twice the instances: how much longer does each way to fit a linear model take?"""

from time import process_time

import numpy as np
from sklearn.linear_model import SGDRegressor
from threadpoolctl import threadpool_limits

rng = np.random.default_rng(0)


def normal_equation(X, y):
    """Solve it."""
    np.linalg.solve(X.T @ X, X.T @ y)


def svd(X, y):
    """Compute the pseudoinverse from the singular value decomposition."""
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    Vt.T @ ((U.T @ y) / s)


def batch(X, y):
    """Take ten steps of batch Gradient Descent."""
    theta = np.zeros(X.shape[1])
    for _ in range(10):
        theta -= 1e-4 * X.T @ (X @ theta - y) / len(X)


def stochastic(X, y):
    """Take an epoch of stochastic Gradient Descent."""
    SGDRegressor(max_iter=1, tol=None, eta0=1e-6).fit(X, y)


def seconds(fit, m, n):
    """Return the least processor time of three runs with m instances of n features."""
    X, y = rng.normal(size=(m, n)), rng.normal(size=m)
    times = []
    for _ in range(3):
        start = process_time()
        fit(X, y)
        times.append(process_time() - start)
    return min(times)


with threadpool_limits(1):
    usual = {fit: seconds(fit, 2000, 500) for fit in (normal_equation, svd)}
    print("normal-equation", seconds(normal_equation, 2000, 1000) / usual[normal_equation])
    print("svd", seconds(svd, 2000, 1000) / usual[svd])
    print("batch", seconds(batch, 1000, 8000) / seconds(batch, 1000, 4000))
    print("stochastic", seconds(stochastic, 1000, 8000) / seconds(stochastic, 1000, 4000))
    print("svd-instances", seconds(svd, 4000, 500) / usual[svd])
    print("svd-wide", seconds(svd, 50, 40_000) / seconds(svd, 50, 20_000))
