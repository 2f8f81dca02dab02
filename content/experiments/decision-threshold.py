"""A threshold for 90% precision, chosen on scores of seen and of unseen instances: what does it give on new data?"""

from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import precision_recall_curve, precision_score, recall_score
from sklearn.model_selection import cross_val_predict, train_test_split

X, y = make_classification(20_000, 20, n_informative=6, weights=[0.9], flip_y=0.1, class_sep=0.7, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, stratify=y, random_state=0)

forest = RandomForestClassifier(100, random_state=0).fit(X_train, y_train)
seen = forest.predict_proba(X_train)[:, 1]
unseen = cross_val_predict(forest, X_train, y_train, cv=3, method="predict_proba")[:, 1]
new = forest.predict_proba(X_test)[:, 1]


def alarms(scores):
    """Return which new instances reach the lowest threshold that gives these scores 90% precision."""
    precisions, _, thresholds = precision_recall_curve(y_train, scores)
    return new >= thresholds[(precisions[:-1] >= 0.9).argmax()]


print("precision-seen", 100 * precision_score(y_test, alarms(seen)))
print("precision-unseen", 100 * precision_score(y_test, alarms(unseen)))
print("recall-unseen", 100 * recall_score(y_test, alarms(unseen)))
