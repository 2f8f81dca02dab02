"""Handwritten digits: labels for random images, or for those the model is least sure of?"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

X_all, y_all = load_digits(return_X_y=True)


def learned(seed, *, unsure):
    """Return the accuracies with 50 and with 150 labels, ten more in each round."""
    X, X_test, y, y_test = train_test_split(X_all / 16, y_all, random_state=seed)
    rng = np.random.default_rng(seed)
    labeled, scores = list(rng.choice(len(X), 50, replace=False)), []
    while len(labeled) <= 150:
        model = LogisticRegression(max_iter=2000).fit(X[labeled], y[labeled])
        scores.append(100 * model.score(X_test, y_test))
        certainty = model.predict_proba(X).max(axis=1) if unsure else rng.random(len(X))
        certainty[labeled] = 2
        labeled += list(certainty.argsort()[:10])
    return scores[0], scores[-1]


random = np.mean([learned(seed, unsure=False) for seed in range(5)], axis=0)
unsure = np.mean([learned(seed, unsure=True) for seed in range(5)], axis=0)
print("start", random[0])
print("random", random[1])
print("unsure", unsure[1])
