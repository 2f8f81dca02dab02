"""Noisy data: what becomes of training and test accuracy if a Decision Tree may grow deeper?"""

from sklearn.datasets import make_moons
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

X, X_test, y, y_test = train_test_split(*make_moons(4000, noise=0.4, random_state=0), random_state=0)
full, limited = (DecisionTreeClassifier(max_depth=depth, random_state=0).fit(X, y) for depth in (None, 5))
print("depth", full.get_depth())
print("full-train", 100 * full.score(X, y))
print("full-test", 100 * full.score(X_test, y_test))
print("limited-train", 100 * limited.score(X, y))
print("limited-test", 100 * limited.score(X_test, y_test))
