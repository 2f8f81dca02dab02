"""A trained network: how many of its smallest weights can be set to zero before it errs?"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, random_state=0)
model = MLPClassifier((100, 100), max_iter=500, random_state=0).fit(X, y)
weights = [matrix.copy() for matrix in model.coefs_]
sizes = np.abs(np.concatenate([matrix.ravel() for matrix in weights]))


def accuracy(share):
    """Return it in percent, with this share of the weights set to zero."""
    least = np.quantile(sizes, share)
    model.coefs_ = [np.where(np.abs(matrix) < least, 0, matrix) for matrix in weights]
    return 100 * model.score(X_test, y_test)


print("whole", accuracy(0))
print("half", accuracy(0.5))
print("cut-80", accuracy(0.8))
print("cut-90", accuracy(0.9))
