"""A trained network with weights of fewer bits: what does rounding them cost?"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0)
model = MLPClassifier((100, 100), max_iter=500, random_state=0).fit(X, y)
weights = [matrix.copy() for matrix in model.coefs_]


def accuracy(bits):
    """Return it in percent, with the weights of each layer rounded to 2**bits - 1 levels around zero."""
    levels = 2 ** (bits - 1) - 1
    steps = [np.abs(matrix).max() / levels for matrix in weights]
    model.coefs_ = [np.round(matrix / step) * step for matrix, step in zip(weights, steps, strict=True)]
    return 100 * model.score(X_test, y_test)


print("float", 100 * model.score(X_test, y_test))
print("bits-8", accuracy(8))
print("bits-4", accuracy(4))
print("bits-3", accuracy(3))
print("bits-2", accuracy(2))
