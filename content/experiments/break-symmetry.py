"""A network whose weights all start at the same value: what does it learn?"""

import numpy as np
from sklearn.datasets import make_moons

X, y = make_moons(500, noise=0.1, random_state=0)


def trained(W, w):
    """Return the hidden weights after 3,000 steps of Gradient Descent, and the accuracy in percent."""
    b, c = np.zeros(10), 0.0
    for _ in range(3000):
        h = np.tanh(X @ W + b)
        error = (1 / (1 + np.exp(-h @ w - c)) - y) / len(y)
        back = np.outer(error, w) * (1 - h**2)
        W, b, w, c = W - X.T @ back, b - back.sum(axis=0), w - h.T @ error, c - error.sum()
    return W, 100 * np.mean((np.tanh(X @ W + b) @ w + c > 0) == y)


rng = np.random.default_rng(0)
same, stuck = trained(np.full((2, 10), 0.5), np.full(10, 0.5))
_, free = trained(rng.normal(0, 0.5, (2, 10)), rng.normal(0, 0.5, 10))
print("spread", np.ptp(same, axis=1).max())
print("same", stuck)
print("random", free)
