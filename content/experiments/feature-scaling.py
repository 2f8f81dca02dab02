"""Gradient Descent on 178 wines, unscaled and scaled: how many steps until the cost is within 1% of its minimum?"""

import numpy as np
from sklearn.datasets import load_wine

X, y = load_wine(return_X_y=True)


def steps(X):
    """Count the steps with the best constant learning rate; in the eigenbasis, each parameter shrinks on its own."""
    X = X - X.mean(axis=0)
    target = y - y.mean()
    values, vectors = np.linalg.eigh(X.T @ X / len(X))
    optimum = vectors.T @ np.linalg.lstsq(X, target)[0]
    rest = np.mean((X @ (vectors @ optimum) - target) ** 2)
    factor = 1 - 2 * values / (values.max() + values.min())
    low, high = 0, 10**12
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if np.sum(values * (optimum * factor**middle) ** 2) > rest / 100 else (low, middle)
    return high


print("unscaled", steps(X))
print("scaled", steps(X / X.std(axis=0)))
