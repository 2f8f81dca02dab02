"""The largest learning rate at which Gradient Descent with stale gradients still converges, by their delay."""

import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 10))
y = X @ rng.normal(size=10)


def converges(rate, delay):
    """Return whether gradients computed this number of steps ago lead to the minimum."""
    history = [np.zeros(10)]
    for step in range(2000):
        old = history[max(0, step - delay)]
        history.append(history[-1] - rate * 2 / len(X) * X.T @ (X @ old - y))
        if np.abs(history[-1]).max() > 1e6:
            return False
    return np.square(X @ history[-1] - y).mean() < np.square(y).mean()


def largest(delay):
    """Return the largest rate that converges, by bisection."""
    low, high = 0.0, 2.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if converges(middle, delay) else (low, middle)
    return low


for delay in (0, 1, 4, 16):
    print(f"delay-{delay}", largest(delay))
