"""A Perceptron and Logistic Regression on data that no line separates: accuracy by the random seed."""

import numpy as np
from sklearn.linear_model import SGDClassifier

RUNS = 50
rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 2))
clean = X[:, 0] + X[:, 1] > 0
y = clean ^ (rng.random(len(X)) < 0.1)


def accuracies(**kwargs):
    """Return the accuracy on new instances with clean labels, in percent, of each run."""
    models = (SGDClassifier(random_state=seed, **kwargs).fit(X[:1000], y[:1000]) for seed in range(RUNS))
    return [100 * model.score(X[1000:], clean[1000:]) for model in models]


for name, kwargs in (
    ("perceptron", {"loss": "perceptron"}),
    ("logistic", {"loss": "log_loss"}),
    ("averaged", {"loss": "perceptron", "average": True}),
):
    low, high = np.percentile(accuracies(**kwargs), (5, 95))
    print(f"{name}-low", low)
    print(f"{name}-high", high)
