"""Exclusive or by Gradient Descent: how many random starts lead to a network that is right?"""

import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
y = np.array([0.0, 1, 1, 0])
STARTS = 100


def sigmoid(z):
    """Return the logistic function of z."""
    return 1 / (1 + np.exp(-z))


def solves(hidden, seed):
    """Tell whether a network with this many hidden neurons computes it after 3,000 steps."""
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(2, hidden)), np.zeros(hidden)
    w, c = rng.normal(size=hidden), 0.0
    for _ in range(3000):
        h = np.tanh(X @ W + b)
        error = sigmoid(h @ w + c) - y
        back = np.outer(error, w) * (1 - h**2)
        W, b = W - 0.1 * X.T @ back, b - 0.1 * back.sum(axis=0)
        w, c = w - 0.1 * h.T @ error, c - 0.1 * error.sum()
    return np.all((sigmoid(np.tanh(X @ W + b) @ w + c) > 0.5) == y)


print("two", 100 * np.mean([solves(2, seed) for seed in range(STARTS)]))
print("four", 100 * np.mean([solves(4, seed) for seed in range(STARTS)]))
