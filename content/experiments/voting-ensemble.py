"""Five kinds of models and their vote: how much is gained, and how often do they err together?"""

import numpy as np
from sklearn.datasets import make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

X, X_test, y, y_test = train_test_split(*make_moons(20_000, noise=0.3, random_state=0), train_size=1000, random_state=0)
models = (LogisticRegression(), GaussianNB(), KNeighborsClassifier(), SVC(), DecisionTreeClassifier(random_state=0))
right = np.array([model.fit(X, y).predict(X_test) == y_test for model in models])
voted = right.sum(axis=0) >= 3
accuracy = right.mean(axis=1)
alone = sum(np.prod(np.where(pattern, accuracy, 1 - accuracy)) for pattern in np.ndindex(*[2] * 5) if sum(pattern) >= 3)

print("mean", 100 * accuracy.mean())
print("best", 100 * accuracy.max())
print("vote", 100 * voted.mean())
print("independent", 100 * alone)
