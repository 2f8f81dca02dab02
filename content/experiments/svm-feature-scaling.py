"""Only a small feature decides the class: which SVMs notice it beside a large one, with and without scaling?"""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

rng = np.random.default_rng(0)
X = rng.random((2000, 2)) * [100, 1]
y = X[:, 1] > 0.5


def accuracy(model):
    """Return the accuracy in percent on the second half of the instances, after training on 400 of the first."""
    return 100 * model.fit(X[:400], y[:400]).score(X[1000:], y[1000:])


print("rbf", accuracy(SVC()))
print("rbf-scaled", accuracy(make_pipeline(StandardScaler(), SVC())))
print("linear", accuracy(SVC(kernel="linear", C=1)))
print("linear-small-c", accuracy(SVC(kernel="linear", C=0.001)))
