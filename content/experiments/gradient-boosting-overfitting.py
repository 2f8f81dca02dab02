"""Gradient Boosting on little, noisy data: learning rates, and the number of trees that suits each."""

import numpy as np
from sklearn.datasets import make_friedman1
from sklearn.ensemble import GradientBoostingRegressor

X, y = make_friedman1(3300, noise=2, random_state=0)


def errors(rate):
    """Return the RMSE on new instances after each of 500 trees."""
    model = GradientBoostingRegressor(learning_rate=rate, n_estimators=500, random_state=0).fit(X[:300], y[:300])
    return np.array([np.sqrt(np.mean((y[300:] - y_hat) ** 2)) for y_hat in model.staged_predict(X[300:])])


fast, slow = errors(0.5), errors(0.05)
print("fast-last", fast[-1])
print("fast-best", fast.min())
print("fast-trees", fast.argmin() + 1)
print("slow-last", slow[-1])
print("slow-best", slow.min())
print("slow-trees", slow.argmin() + 1)
